import { join } from 'node:path';
import { bin, peer, versus } from '../measure.js';

export const title = 'start-up';

// Short processes scatter: fewer pairs than this give another ratio each time.
const runs = 41;

export function measure() {
  const node = [process.execPath];
  const floor = [...node, '-e', '0'];
  const smee = [...node, join(peer('smee-client'), 'bin/smee.js'), '--version'];
  return ['--version', '--help'].flatMap((flag) => [
    { what: `\`${flag}\``, goal: '<= 1.3 x `node -e 0`', got: versus([...node, bin, flag], floor, { runs }) },
    { what: `\`${flag}\``, goal: '<= 0.6 x smee-client', got: versus([...node, bin, flag], smee, { runs }) },
  ]);
}
