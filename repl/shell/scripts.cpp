#include "repl/shell/scripts.h"

namespace countersign {
namespace {

// What comes back is quoted already, so bash must not take it for names of files.
constexpr const char* kBash =
    R"script(# bash completion for countersign; written by `countersign completion bash`
_countersign() {
  local program=${1/#\~\//$HOME/} reply kind
  COMPREPLY=()
  mapfile -t reply < <("$program" __complete bash "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
  kind=${reply[0]-}
  COMPREPLY=("${reply[@]:1}")
  compopt +o default +o dirnames +o nospace
  case $kind in
    nospace) compopt -o nospace ;;
    files) compopt -o default ;;
    folders) compopt -o dirnames ;;
  esac
}
complete -o nosort -F _countersign countersign
)script";

constexpr const char* kZsh = R"script(#compdef countersign
# zsh completion for countersign; written by `countersign completion zsh`
_countersign() {
  local program=${${(Q)words[1]}/#\~\//$HOME/} line kind
  local -a reply values texts space
  reply=("${(@f)$("$program" __complete zsh "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
  kind=$reply[1]
  case $kind in
    files) _files; return ;;
    folders) _files -/; return ;;
    nospace) space=(-S '') ;;
  esac
  for line in "${(@)reply[2,-1]}"; do
    [[ -n $line ]] || continue
    values+=("${line%%$'\t'*}")
    if [[ $line == *$'\t'* ]]; then
      texts+=("${line%%$'\t'*}  -- ${line#*$'\t'}")
    else
      texts+=("$line")
    fi
  done
  (( $#values )) || return 1
  compadd -l -V countersign "${space[@]}" -d texts -a values
}
if [[ ${funcstack[1]-} == _countersign ]]; then
  _countersign "$@"
else
  compdef _countersign countersign
fi
)script";

constexpr const char* kFish =
    R"script(# fish completion for countersign; written by `countersign completion fish`
function __countersign_complete
    set -l typed (commandline -opc)
    set -l current (commandline -ct)
    set -l program $typed[1]
    set -e typed[1]
    set -l reply (command $program __complete fish $typed "$current" 2>/dev/null)
    switch "$reply[1]"
        case files
            __fish_complete_path "$current"
        case folders
            __fish_complete_directories "$current"
        case words nospace
            set -e reply[1]
            printf '%s\n' $reply
    end
end
complete -c countersign -f -a '(__countersign_complete)'
)script";

}  // namespace

std::string completion_script(const std::string& shell) {
  return shell == "bash" ? kBash : shell == "zsh" ? kZsh : shell == "fish" ? kFish : "";
}

}  // namespace countersign
