import { cardLines, type CardView } from './card.ts';
import type { LineWriter } from './line-writer.ts';
import type { Sink } from './sink.ts';

/** Shows each request as a card for a person. */
export function createTerminalSink(writer: Pick<LineWriter, 'write'>, view: CardView): Sink {
  return {
    see: (received, answered) => writer.write([...cardLines(received, answered, view), '']),
  };
}
