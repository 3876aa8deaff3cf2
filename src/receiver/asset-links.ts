import { formatPath, isObject } from '../contract/field-path.ts';
import type { Issue } from '../contract/issue.ts';

const maxIssues = 100;

/**
 * Finds links of fixtures (`asset:NAME`) in a request. In a file such a link is correct: it stands for a link that is
 * made later. What was sent must be downloadable (R17).
 */
export function assetLinkIssues(body: Buffer, json: unknown): Issue[] {
  // Almost no body has such a link, so do not walk through the value for nothing.
  if (!body.includes('asset:') || !isObject(json) || !Array.isArray(json['new_messages'])) return [];
  return (json['new_messages'] as unknown[])
    .flatMap((message, index): Issue[] => {
      const url = isObject(message) && isObject(message['file']) ? message['file']['url'] : null;
      if (typeof url !== 'string' || !url.startsWith('asset:')) return [];
      const steps = ['new_messages', index, 'file', 'url'];
      const shown = JSON.stringify(url.length > 80 ? `${url.slice(0, 79)}…` : url);
      const words = `${shown} is the link of a fixture: send fixture serves its file, send file does not`;
      return [{ path: formatPath(steps), steps, message: words, rule: 'R17', found: 'asset link' }];
    })
    .slice(0, maxIssues);
}
