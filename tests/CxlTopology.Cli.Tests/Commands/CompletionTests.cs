namespace CxlTopology.Cli.Tests.Commands;

public sealed class CompletionTests
{
    // A folder with a cxltopo in it first in the path, then the script as a user's shell would load it, then what a tab would offer.
    private const string Script = """
        bin=$(mktemp -d); trap 'rm -r "$bin"' EXIT
        printf '#!/bin/sh\nexec %s "$@"\n' "$CXLTOPO" > "$bin/cxltopo"; chmod +x "$bin/cxltopo"; PATH="$bin:$PATH"
        source <(cxltopo completion bash)
        COMP_LINE="$LINE"; COMP_POINT=${#COMP_LINE}; read -ra COMP_WORDS <<< "$LINE"; [[ "$LINE" == *' ' ]] && COMP_WORDS+=("")
        COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
        _cxltopo; printf '%s\n' "${COMPREPLY[@]}"
        """;

    [Theory]
    [InlineData("cxltopo va", "validate")]
    [InlineData("cxltopo run --see", "--seed --seed-node")]
    [InlineData("cxltopo run --output ", "json table")]
    [InlineData("cxltopo show --as l", "list")]
    [InlineData("cxltopo completion f", "fish")]
    [InlineData("cxltopo run topo", "")]
    public void Bash_AfterSourcing_Offers(string line, string words) =>
        Assert.Equal(words, string.Join(' ', Cli.Shell(Script, ("LINE", line)).Exits(0).OutputLines.Order(StringComparer.Ordinal)));

    [Theory]
    [InlineData("zsh", "compdef _cxltopo cxltopo")]
    [InlineData("fish", "complete -c cxltopo ")]
    public void OtherShells_Script_AsksTheProgram(string shell, string registration)
    {
        string script = Cli.Run("completion", shell).Exits(0).Output;

        Assert.Contains(registration, script, StringComparison.Ordinal);
        Assert.Contains("[suggest:", script, StringComparison.Ordinal);
    }
}
