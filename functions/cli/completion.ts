// The command `completion` prints what makes a shell complete the command line of alertstatus.

import { Argument, type Command } from "commander";
import { printResult, type Terminal } from "./terminal.ts";

// Each asks `alertstatus __complete`, whose lines are a word, a tab and what the word is for; the last line is for kubectl.
const BASH = `# In ~/.bashrc:   source <(alertstatus completion bash)
_alertstatus() {
  local IFS=$'\\n'
  COMPREPLY=($(alertstatus __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | sed -e '/^:[0-9]*$/d' -e 's/\\t.*//'))
}
complete -o default -F _alertstatus alertstatus`;

const ZSH = `#compdef alertstatus
# In ~/.zshrc, after compinit:   source <(alertstatus completion zsh)
_alertstatus() {
  local -a found
  local line
  for line in "\${(@f)$(alertstatus __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ $line == :<-> || -z $line ]] || found+=("\${\${line//:/\\\\:}/$'\\t'/:}")
  done
  if (( $#found )); then _describe alertstatus found; else _files; fi
}
compdef _alertstatus alertstatus`;

const FISH = `# In ~/.config/fish/completions/alertstatus.fish
function __alertstatus
  set -l words (commandline -opc) (commandline -ct)
  alertstatus __complete -- $words[2..] 2>/dev/null | string match -rv '^:[0-9]+$'
end
complete -c alertstatus -a '(__alertstatus)'`;

const POWERSHELL = `# In $PROFILE:   alertstatus completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName alertstatus -ScriptBlock {
  param($word, $line, $cursor)
  $words = @($line.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($word -eq "") { $words += "" }
  alertstatus __complete -- @words 2>$null | Where-Object { $_ -notmatch '^:\\d+$' } | ForEach-Object {
    $name, $does = $_ -split "\`t", 2
    [System.Management.Automation.CompletionResult]::new($name, $name, 'ParameterValue', $(if ($does) { $does } else { $name }))
  }
}`;

const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH, powershell: POWERSHELL };

export function declareCompletion(command: Command, terminal: Terminal): void {
  command
    .addArgument(new Argument("<shell>", "the shell").choices(Object.keys(SCRIPTS)))
    .action((shell: keyof typeof SCRIPTS) => printResult(terminal, SCRIPTS[shell]));
}
