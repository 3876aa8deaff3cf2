/** How long Suvvy waits for status line and headers, in milliseconds (R2; from the start: `deadline-from-start`). */
export const deadlineMs = 20_000;

/**
 * From this time on, in milliseconds, an answer is so close to the deadline that we say so (our choice: half the
 * deadline).
 */
export const slowMs = deadlineMs / 2;

/** Whether Suvvy accepts this status as an acknowledgement (R1). */
export function isAcknowledged(status: number): boolean {
  return status >= 200 && status <= 299;
}

/**
 * The `chat_id` of what we send. It is a numeric string that belongs to nobody: some receivers do `int(chat_id)`
 * (`chat-id`).
 */
export const defaultChatId = '0';
