/** What nobody outside Suvvy knows of its API and its bot: one answer each, named wherever it flips a verdict. */
export const apiAssumptions = {
  'api-check-order':
    'a request is held against 401, 424, 402, 422 and 415, in this order, and the first that fits is the answer',
  'bodies-are-ours': 'the bodies of answers are {"detail": ...}: the codes are known, their shapes are not published',
  'mime-from-bytes':
    'the type of an attachment is told by its bytes; its name and what the sender calls it do not count',
  'oversize-is-422': 'an attachment of more than 15 MB is a 422',
  'repeat-not-answered': 'a message_id that was taken before in the same chat is a 200, and gets no second reply',
  'reply-after-answer': 'the reply leaves after the answer to the message has gone out',
  'employee-not-answered': 'a message of an employee gets no reply of the bot',
} as const;

export type ApiAssumptionId = keyof typeof apiAssumptions;
