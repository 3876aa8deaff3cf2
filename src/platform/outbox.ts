/** Jobs of many chats: those of one chat go one after the other, those of different chats side by side. */
export interface Outbox {
  /** Puts a job at the end of its chat. Null, and the job is never done, when too many are waiting. */
  add<Result>(chatId: string, job: () => Promise<Result>): Promise<Result> | null;
  /** How many wait, or are under way. */
  size(): number;
}

/** So many jobs are under way at once: each has a connection of its own. */
const maxRunning = 64;

/** So many may wait: a webhook that hangs takes three a second of them at the most. */
const maxWaiting = 10_000;

/** @param onDone told after each job */
export function createOutbox(onDone: () => void): Outbox {
  const chats = new Map<string, (() => Promise<unknown>)[]>();
  const ready: string[] = [];
  let running = 0;
  let size = 0;

  const run = async (chatId: string): Promise<void> => {
    running += 1;
    const queue = chats.get(chatId)!;
    await queue[0]!();
    queue.shift();
    running -= 1;
    size -= 1;
    if (queue.length > 0) ready.push(chatId);
    else chats.delete(chatId);
    onDone();
    start();
  };
  const start = (): void => {
    if (running >= maxRunning || ready.length === 0) return;
    void run(ready.shift()!);
    start();
  };
  return {
    add(chatId, job) {
      if (size >= maxWaiting) return null;
      size += 1;
      return new Promise((resolve, reject) => {
        const settle = (): Promise<void> => job().then(resolve, reject);
        const queue = chats.get(chatId);
        if (queue) queue.push(settle);
        else {
          chats.set(chatId, [settle]);
          ready.push(chatId);
          start();
        }
      });
    },
    size: () => size,
  };
}
