import { Option, type Command } from 'commander';
import { HookError } from '../../errors.ts';
import { parsePort } from '../flags/option-parsers.ts';

export interface UiFlags {
  /** True is the default port, which may move. */
  ui?: number | true;
  open?: boolean;
  allowRemote?: boolean;
}

export const defaultUiPort = 4080;

/** Adds `--ui`, `--open` and `--allow-remote`. */
export function addUiOptions(command: Command): Command {
  command.addOption(
    new Option(
      '--ui [port]',
      `the inspector, in a browser; --ui=PORT for another port than ${defaultUiPort}`,
    ).argParser((text) => (text === '' ? true : parsePort(text))),
  );
  return addBrowserOptions(command);
}

/** Adds `--open` and `--allow-remote`. */
export function addBrowserOptions(command: Command): Command {
  return command
    .addOption(new Option('--open', 'open the inspector in the browser'))
    .addOption(new Option('--allow-remote', 'let the inspector send events to a public address too'));
}

/** @throws HookError (exit 2) for what means nothing without `--ui` */
export function requireUi({ ui, open, allowRemote }: UiFlags): void {
  if (ui !== undefined || !(open || allowRemote)) return;
  throw new HookError(`${open ? '--open' : '--allow-remote'} does nothing without --ui`, { hint: 'give --ui as well' });
}
