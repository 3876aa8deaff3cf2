import type { Host } from '../../host.ts';
import { createAnswerSwitch } from '../../inspector/answer-switch.ts';
import { createFeed } from '../../inspector/feed.ts';
import { eventItem } from '../../inspector/item.ts';
import type { AnswerEvent } from '../../receiver/answer.ts';
import type { Listening } from '../../receiver/server.ts';
import type { Sink } from '../../sinks/sink.ts';
import type { GlobalOptions } from '../context.ts';
import { redactorOf } from '../guard.ts';
import { startInspector, type RunningInspector } from '../ui/start-inspector.ts';
import type { UiFlags } from '../ui/ui-flags.ts';

interface ListenUiOptions extends GlobalOptions, UiFlags {
  forward?: URL;
  record?: string;
}

/** What `--ui` adds to a run of `listen`. */
export interface ListenUi extends Sink {
  /** What answers events now. */
  answer(): AnswerEvent | undefined;
  /** @throws HookError (exit 3) where its port cannot be bound */
  start(listening: Listening): Promise<RunningInspector>;
}

/** @param base what answers events, where nothing was set from the page */
export function prepareUi(
  options: ListenUiOptions,
  { answer: base, secret, host }: { answer: AnswerEvent | undefined; secret: string | null; host: Host },
): ListenUi {
  const feed = createFeed();
  const answers = createAnswerSwitch(base);
  return {
    answer: answers.current,
    see: (received, answered) => feed.add(eventItem(received, answered)),
    start({ url }) {
      const targets = [...(options.forward ? [options.forward] : []), new URL(url)];
      const policy = { targets: () => targets, secret, allowRemote: options.allowRemote ?? false };
      const redactor = (): ReturnType<typeof redactorOf> => redactorOf(host);
      return startInspector(
        { source: 'listen', feed, redactor, policy, answers, journal: options.record, receiverUrl: () => url },
        { ...options, port: typeof options.ui === 'number' ? options.ui : null },
        host,
      );
    },
  };
}
