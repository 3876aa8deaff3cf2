/** So long a line may be, in characters: what is longer comes in pieces. */
const maxLine = 1024 * 1024;

/** The lines of an input, without their ends. It ends with the input, or when the signal aborts and the input is destroyed. */
export async function* readLines(input: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of input) {
      rest += decoder.decode(chunk, { stream: true });
      const lines = rest.split(/\r?\n/);
      rest = lines.pop() ?? '';
      yield* lines;
      if (rest.length <= maxLine) continue;
      yield rest;
      rest = '';
    }
  } catch (error) {
    // A stream that is destroyed under its reader fails.
    if (!signal.aborted) throw error;
    return;
  }
  if (rest !== '') yield rest;
}
