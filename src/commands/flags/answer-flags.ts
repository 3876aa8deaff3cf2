import { Option, type Command } from 'commander';
import { parseScript, type ScriptStep } from '../../receiver/parse-script.ts';
import { parseTarget } from '../../delivery/target.ts';

export interface AnswerFlags {
  respond?: ScriptStep[];
  forward?: URL;
}

/** Adds `--respond` and `--forward`: where the answer to an event comes from, if not from us. */
export function addAnswerFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--respond <script>', 'answer events by a script: 503x3,200@1.5s or hang or 200:body.json')
        .argParser(parseScript)
        .conflicts('forward'),
    )
    .addOption(
      new Option('--forward <url>', 'pass events on to an app at exactly this URL, and answer as it does').argParser(
        (url) => parseTarget(url),
      ),
    );
}
