using System.CommandLine;
using System.Text;
using CxlTopology.Cli.Output;
using CxlTopology.Specification;

namespace CxlTopology.Cli.Commands;

/// <summary><c>cxltopo translate</c>: host addresses to device addresses and back, a JSON line in, a JSON line out.</summary>
internal static class TranslateCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "JSON lines; - or nothing is standard input.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("translate", """
            Translates addresses of an interleave set: reads JSON lines, answers each with a JSON line.

            A line asks   {"dpa","pos","ways","granularity","math":"modulo"|"xor","xormaps":[…],"rootWays"}
                     or   {"hpa",…} with the same but dpa and pos
            and is told   {"hpa"}, or {"dpa","pos"}, or {"error"}.
            Numbers are JSON integers or strings like "0x1f"; offsets count from the base of the region; answers
            are strings. granularity is in bytes; rootWays is ways unless stated. Every line gets exactly one
            answer, an empty or broken one an error; the longest line read has 65,536 characters.

            Examples:
              echo '{"hpa":"0x500","ways":4,"granularity":256,"math":"modulo"}' | cxltopo translate
              cxltopo translate questions.jsonl > answers.jsonl

            Exit codes: 0 all lines answered, with errors or without, 2 usage, 3 the file cannot be read,
            70 internal.
            """)
        {
            file,
        };
        command.SetAction(parsed =>
        {
            string? path = parsed.GetValue(file);
            using Stream input = path is null or "-" ? Console.OpenStandardInput() : UserFile.Open(path);
            Answer(input);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Answer(Stream input)
    {
        using Stream output = StandardStreams.OpenOutput();
        using var writer = new StreamWriter(output, new UTF8Encoding(false), bufferSize: 1 << 16);
        using var lines = new BoundedLines(input, TranslationLines.LineMax, writer.Flush);
        while (lines.Read() is { } line)
        {
            writer.Write(line.Length > TranslationLines.LineMax
                ? TranslationAnswer.Failed($"the line has more than {TranslationLines.LineMax} characters").ToJson()
                : TranslationLines.AnswerLine(line));
            writer.Write('\n');
        }
    }
}
