import { apiPath } from '../../contract/api/fields.ts';
import { clipText } from '../../text/safe.ts';
import type { ApiRequest } from './protocol.ts';
import type { ApiProblem } from './validate.ts';

/**
 * Why a request never became a message, as problems: those of its body, or what its head was refused for. None where it
 * became one, or where a page in a browser, a health check or a script of the user's is the reason.
 */
export function problemsOf(request: ApiRequest, status: number | null): ApiProblem[] {
  const { decision, step, method } = request;
  if (decision) return step === null ? decision.problems : [];
  if (status === null || method !== 'POST') return [];
  return headProblem(request, status);
}

function headProblem({ path, auth }: ApiRequest, status: number): ApiProblem[] {
  switch (status) {
    case 401:
      return [problem('Authorization', auth === 'missing' ? 'is missing' : wrongToken(auth), bearerSentence)];
    case 404:
      return [problem('the path', `is ${clipText(path, 100)}`, `it is ${apiPath}`)];
    case 413:
      return [problem('the body', 'is larger than 30 MB', null)];
    case 415:
      return [problem('Content-Encoding', 'is not accepted', 'the body is sent as it is')];
    case 422:
      return [problem('Content-Type', 'is not application/json', null)];
    default:
      return [];
  }
}

const bearerSentence = 'it is "Bearer", one blank and the token';

function wrongToken(auth: ApiRequest['auth']): string {
  return auth === 'wrong' ? 'is not the token that is awaited, or came twice' : 'is wrong';
}

function problem(path: string, message: string, sentence: string | null): ApiProblem {
  return { path, steps: [path], message, sentence, type: 'refused' };
}
