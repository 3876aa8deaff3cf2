/** A shell that has a script. */
export type Shell = 'bash' | 'zsh' | 'fish';

// Works in the bash 3.2 of macOS too, and needs nothing of the package bash-completion. bash takes = and : for the ends
// of words: what stands together on the line is put together again, and cut off again from what goes back.
const bash = `# bash completion for suvvy-hook
_suvvy_hook() {
  local rest="\${COMP_LINE:0:COMP_POINT}" typed='' cut value about i
  local -a words
  words=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    local word="\${COMP_WORDS[i]}" trimmed="\${rest#"\${rest%%[![:space:]]*}"}"
    if ((i == COMP_CWORD)); then word="$trimmed"; fi
    if ((i > 0)) && [[ -n "$rest" && "$rest" == "$trimmed" ]]; then
      words[\${#words[@]}-1]+="$word"
    else
      words+=("$word")
    fi
    rest="\${trimmed#"$word"}"
  done
  typed="\${words[\${#words[@]}-1]}"
  cut=''
  if [[ "$typed" == *[=:]* ]]; then cut="\${typed%"\${typed##*[=:]}"}"; fi
  COMPREPLY=()
  compopt +o default 2>/dev/null
  while IFS=$'\\t' read -r value about; do
    if [[ "$value" == ':files' ]]; then
      compopt -o default 2>/dev/null
    elif [[ "$value" == "$typed"* ]]; then
      COMPREPLY+=("\${value#"$cut"}")
    fi
  done < <("\${words[0]/#\\~/$HOME}" completion bash -- "\${words[@]:1}" 2>/dev/null)
}
complete -o default -F _suvvy_hook suvvy-hook
`;

const zsh = `#compdef suvvy-hook
_suvvy-hook() {
  local line value files=1
  local -a candidates
  for line in "\${(@f)$(\${~\${(Q)words[1]}} completion zsh -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}"; do
    value="\${line%%$'\\t'*}"
    if [[ $value == ':files' ]]; then
      files=0
    elif [[ -n $value ]]; then
      candidates+=("\${value//:/\\\\:}:\${line#*$'\\t'}")
    fi
  done
  local status_=1
  if (( $#candidates )); then _describe -V 'suvvy-hook' candidates && status_=0; fi
  if (( files == 0 )); then
    compset -P '--*='
    _files && status_=0
  fi
  return status_
}
# Read by source, it registers itself; found in fpath, it is the function's body.
if [[ $funcstack[1] == _suvvy-hook ]]; then _suvvy-hook "$@"; else compdef _suvvy-hook suvvy-hook; fi
`;

const fish = `# fish completion for suvvy-hook
function __suvvy_hook_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l program $words[1]
    for line in ($program completion fish -- $words[2..] $typed 2>/dev/null)
        if test "$line" = ':files'
            set -l flag (string match -r -- '^--[^=]*=' $typed; or echo)
            for path in (__fish_complete_path (string replace -r -- '^--[^=]*=' '' $typed))
                echo $flag$path
            end
        else
            echo $line
        end
    end
end
complete -c suvvy-hook -f -a '(__suvvy_hook_complete)'
`;

/** What each shell reads. They know nothing of the commands: they ask `completion SHELL -- WORDS` at each TAB. */
export const completionScripts: Record<Shell, string> = { bash, zsh, fish };
