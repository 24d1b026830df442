using System.CommandLine;

namespace CxlTopology.Cli.Commands;

/// <summary><c>cxltopo completion</c>: prints a script that makes a shell complete commands, options and their words.</summary>
/// <remarks>The scripts ask the program itself, by its <c>[suggest:position]</c> directive: they never go out of date. Where it knows nothing, files complete.</remarks>
internal static class CompletionCommand
{
    // The word before the cursor filters what the program offers, because a word cut at "=" or ":" is the shell's affair.
    private const string Bash = """
        # bash completion for cxltopo: source this file, or  source <(cxltopo completion bash)
        _cxltopo()
        {
            local words="${COMP_LINE#"${COMP_WORDS[0]}"}"
            words="${words#"${words%%[![:space:]]*}"}"
            local before="${COMP_LINE:0:COMP_POINT}"
            before="${before#"${COMP_WORDS[0]}"}"
            before="${before#"${before%%[![:space:]]*}"}"
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#before}]" "$words" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _cxltopo cxltopo
        """;

    private const string Zsh = """
        #compdef cxltopo
        # zsh completion for cxltopo: a file _cxltopo in a folder of $fpath, or  source <(cxltopo completion zsh)
        _cxltopo()
        {
            local line="${words[2,-1]}" before="${words[2,CURRENT]}"
            local -a found
            found=("${(@f)$("${words[1]}" "[suggest:${#before}]" "$line" 2>/dev/null)}")
            found=("${(@)found:#}")
            if (( ${#found} )); then
                compadd -a found || _files
            else
                _files
            fi
        }
        compdef _cxltopo cxltopo
        """;

    private const string Fish = """
        # fish completion for cxltopo: ~/.config/fish/completions/cxltopo.fish, or  cxltopo completion fish | source
        function __cxltopo_complete
            set -l tokens (commandline -opc)
            set -l current (commandline -ct)
            set -l line (string join ' ' -- $tokens[2..-1] $current)
            $tokens[1] "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c cxltopo -a '(__cxltopo_complete)'
        """;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var shell = new Argument<string>("bash|zsh|fish") { Description = "The shell." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", """
            Prints a script that completes commands, options and their words in a shell.

            Examples:
              source <(cxltopo completion bash)
              cxltopo completion fish > ~/.config/fish/completions/cxltopo.fish

            Exit codes: 0 done, 2 usage, 70 internal.
            """)
        {
            shell,
        };
        command.SetAction(parsed =>
        {
            Console.Out.WriteLine(parsed.GetValue(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish });
            return ExitCode.Done;
        });
        return command;
    }
}
