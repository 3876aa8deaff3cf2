/** How long Suvvy waits for status line and headers, in milliseconds (R2; from the start: `deadline-from-start`). */
export const deadlineMs = 20_000;

/** From here on an answer is near enough to the deadline to say so, in milliseconds (ours: half the deadline). */
export const slowMs = deadlineMs / 2;

/** Whether Suvvy would take this status for an acknowledgement (R1). */
export function isAcknowledged(status: number): boolean {
  return status >= 200 && status <= 299;
}

/** `chat_id` of what we send: a numeric string that is nobody's id, because some receivers do `int(chat_id)` (`chat-id`). */
export const defaultChatId = '0';
