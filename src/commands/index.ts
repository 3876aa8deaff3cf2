import type { CommandEntry } from './context.ts';

/** Every command, in the order of the help. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'listen',
    summary: 'a temporary receiver that pretty-prints what arrives',
    load: async () => (await import('./listen/index.ts')).registerListen,
  },
  {
    name: 'send',
    summary: 'deliver events to a webhook, and show what Suvvy would conclude',
    load: async () => (await import('./send.ts')).registerSend,
  },
  {
    name: 'replay',
    summary: 'deliver recorded events again',
    load: async () => (await import('./replay/index.ts')).registerReplay,
  },
  {
    name: 'inspect',
    summary: 'a recording in the browser: what the bot said, and what is wrong with it',
    load: async () => (await import('./inspect/index.ts')).registerInspect,
  },
  {
    name: 'journal',
    summary: 'look through a recording',
    load: async () => (await import('./journal/index.ts')).registerJournal,
  },
  {
    name: 'mock',
    summary: "Suvvy's side: its API and its bot, both directions",
    load: async () => (await import('./mock/index.ts')).registerMock,
  },
  {
    name: 'run',
    summary: 'scenarios: the app between its messenger and Suvvy, step by step',
    load: async () => (await import('./run/index.ts')).registerRun,
  },
  {
    name: 'check',
    summary: 'validate a receiver against the contract, case by case',
    load: async () => (await import('./check/index.ts')).registerCheck,
  },
  {
    name: 'fixtures',
    summary: 'list, show and save the events that can be sent',
    load: async () => (await import('./fixtures/index.ts')).registerFixtures,
  },
  {
    name: 'validate',
    summary: 'check payload files against the contract',
    load: async () => (await import('./validate/index.ts')).registerValidate,
  },
  {
    name: 'schema',
    summary: 'the contract as JSON Schema or OpenAPI',
    load: async () => (await import('./schema.ts')).registerSchema,
  },
  {
    name: 'demo',
    summary: 'a receiver and the five deliveries in one process: both sides, no set-up',
    load: async () => (await import('./demo.ts')).registerDemo,
  },
  {
    name: 'doctor',
    summary: 'check this environment for problems',
    load: async () => (await import('./doctor/index.ts')).registerDoctor,
  },
  {
    name: 'completion',
    summary: 'TAB completion for bash, zsh and fish',
    load: async () => (await import('./completion/index.ts')).registerCompletion,
  },
];
