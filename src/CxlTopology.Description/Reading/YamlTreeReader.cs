using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace CxlTopology.Description;

/// <summary>
/// Builds the tree of one YAML document from the parser's events, within bounds: depth, nodes after alias expansion, length of scalars.
/// Merge keys
/// are resolved, duplicate keys reported.
/// </summary>
internal sealed class YamlTreeReader(SourceText source, ErrorSink errors)
{
    /// <summary>Levels of nesting.</summary>
    public const int DepthMax = 64;

    /// <summary>Nodes, each alias counted with all it stands for.</summary>
    public const int NodesMax = 1_000_000;

    /// <summary>Characters of a scalar.</summary>
    public const int ScalarMax = 64 << 10;

    // An anchor whose node is still being read maps to null: an alias to it would contain itself.
    private readonly Dictionary<string, YamlNode?> anchors = [];
    private readonly Parser parser = new(new Scanner(new StringReader(source.Text), skipComments: true));
    private int nodes;

    /// <summary>The root of the only document; null if an error was reported that leaves nothing to read.</summary>
    public YamlNode? Read()
    {
        try
        {
            return ReadDocument();
        }
        catch (AbandonedException)
        {
            return null;
        }
        catch (YamlException e)
        {
            Add(DescriptionErrorCode.NotYaml, e.Start, "not YAML: " + Cause(e), "Check brackets, quotes and indentation up to here.");
            return null;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or OverflowException or IndexOutOfRangeException
            or FormatException or NullReferenceException or InvalidCastException)
        {
            // The parser answers some malformed escapes and directives with exceptions that are not its own.
            Mark mark = parser.Current?.End ?? Mark.Empty;
            Add(DescriptionErrorCode.NotYaml, mark, "not YAML: the text after this point cannot be parsed",
                "Check escapes and directives after this point.");
            return null;
        }
    }

    private YamlNode? ReadDocument()
    {
        Next<StreamStart>();
        parser.MoveNext();
        if (parser.Current is StreamEnd)
        {
            errors.Add(DescriptionErrorCode.FileEmpty, default, "the file is empty", "Start with \"version: 1\" and a host.");
            return null;
        }

        parser.MoveNext();
        YamlNode root = ReadNode(depth: 1);
        parser.MoveNext();
        if (parser.MoveNext() && parser.Current is DocumentStart second)
        {
            Add(DescriptionErrorCode.SeveralDocuments, second.Start, "a second YAML document begins here", "Put one topology in one file.");
            return null;
        }

        if (root is YamlScalar { IsNull: true } && errors.IsEmpty)
        {
            errors.Add(DescriptionErrorCode.FileEmpty, default, "the file is empty", "Start with \"version: 1\" and a host.");
            return null;
        }

        return root;
    }

    private YamlNode ReadNode(int depth)
    {
        ParsingEvent current = parser.Current!;
        SourcePosition position = PositionOf(current.Start);
        if (depth > DepthMax)
            Abandon(DescriptionErrorCode.NestedTooDeep, position, $"nested more than {DepthMax} levels deep",
                "No topology needs that: is a bracket not closed?");
        if (current is AnchorAlias alias)
            return ReadAlias(alias, position, depth);

        Count(1, position);
        NodeEvent node = (NodeEvent)current;
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
        {
            errors.Add(DescriptionErrorCode.TagNotAllowed, position,
                $"a YAML tag, {PrintableText.Quote(node.Tag.Value)}, has no meaning here",
                "Leave the tag out: the key decides what a value is.");
        }

        string? anchor = node.Anchor.IsEmpty ? null : node.Anchor.Value;
        if (anchor is not null)
            anchors[anchor] = null;
        YamlNode result = node switch
        {
            Scalar scalar => ReadScalar(scalar, position),
            SequenceStart => ReadSequence(position, depth),
            _ => ReadMapping(position, depth),
        };
        if (anchor is not null)
            anchors[anchor] = result;
        return result;
    }

    private YamlNode ReadAlias(AnchorAlias alias, SourcePosition position, int depth)
    {
        string name = alias.Value.Value;
        if (!anchors.TryGetValue(name, out YamlNode? target))
        {
            errors.Add(DescriptionErrorCode.AliasUnknown, position, $"no anchor {PrintableText.Quote("&" + name)} precedes this alias",
                "An anchor stands before its aliases." + Suggestion.Among("&" + name, anchors.Keys.Select(key => "&" + key)));
            Count(1, position);
            return new YamlScalar(position, "", plain: true);
        }

        if (target is null)
        {
            errors.Add(DescriptionErrorCode.AliasRecursive, position,
                $"the alias {PrintableText.Quote("*" + name)} stands inside its own anchor",
                "Write the inner part out.");
            Count(1, position);
            return new YamlScalar(position, "", plain: true);
        }

        if (depth + target.Height > DepthMax)
        {
            Abandon(DescriptionErrorCode.NestedTooDeep, position,
                $"with what this alias stands for, nested more than {DepthMax} levels deep",
                "No topology needs that: write the inner part out.");
        }

        Count(target.Expanded, position);
        return target;
    }

    private YamlScalar ReadScalar(Scalar scalar, SourcePosition position)
    {
        if (scalar.Value.Length > ScalarMax)
            Abandon(DescriptionErrorCode.ScalarTooLong, position, "a value longer than 64 KiB", "Is a quote not closed?");
        return new YamlScalar(position, scalar.Value, scalar.Style == ScalarStyle.Plain);
    }

    private YamlSequence ReadSequence(SourcePosition position, int depth)
    {
        YamlSequence result = new(position);
        while (parser.MoveNext() && parser.Current is not SequenceEnd)
        {
            YamlNode item = ReadNode(depth + 1);
            result.Items.Add(item);
            Include(result, item);
        }

        return result;
    }

    private YamlMapping ReadMapping(SourcePosition position, int depth)
    {
        YamlMapping result = new(position);
        HashSet<string> keys = [];
        List<YamlNode>? merged = null;
        while (parser.MoveNext() && parser.Current is not MappingEnd)
        {
            YamlNode key = ReadNode(depth + 1);
            Include(result, key);
            if (!parser.MoveNext())
                break;
            YamlNode value = ReadNode(depth + 1);
            Include(result, value);
            if (key is not YamlScalar name)
            {
                errors.Add(DescriptionErrorCode.KeyNotScalar, key.Position, $"a key is a name, not {key.Kind}",
                    "Is there a \"?\" or a bracket too many?");
            }
            else if (name.IsMergeKey)
            {
                (merged ??= []).Add(value);
            }
            else if (keys.Add(name.Text))
            {
                result.Entries.Add((name, value));
            }
            else
            {
                errors.Add(DescriptionErrorCode.DuplicateKey, name.Position,
                    $"the key {PrintableText.Quote(name.Text)} stands here a second time",
                    "Keep one of the two.");
            }
        }

        foreach (YamlNode value in merged ?? [])
            Merge(result, keys, value);
        return result;
    }

    /// <summary>Adds what a merge key brings; a key that is there already keeps its value.</summary>
    private void Merge(YamlMapping target, HashSet<string> keys, YamlNode value)
    {
        switch (value)
        {
            case YamlMapping mapping:
                foreach ((YamlScalar Key, YamlNode Value) entry in mapping.Entries)
                {
                    if (keys.Add(entry.Key.Text))
                        target.Entries.Add(entry);
                }

                break;
            case YamlSequence sequence when sequence.Items.TrueForAll(item => item is YamlMapping):
                foreach (YamlNode item in sequence.Items)
                    Merge(target, keys, item);
                break;
            default:
                errors.Add(DescriptionErrorCode.MergeNotMapping, value.Position, $"\"<<\" merges mappings, and this is {value.Kind}",
                    "Write \"<<: *anchor\", the anchor on a mapping.");
                break;
        }
    }

    private static void Include(YamlNode parent, YamlNode child)
    {
        parent.Expanded += child.Expanded;
        parent.Height = Math.Max(parent.Height, child.Height + 1);
    }

    private void Count(int more, SourcePosition position)
    {
        nodes += more;
        if (nodes > NodesMax)
        {
            Abandon(DescriptionErrorCode.TooManyNodes, position, "more than 1000000 YAML nodes, aliases counted with what they stand for",
                "Describe a regular topology with \"shape\".");
        }
    }

    private void Next<T>()
        where T : ParsingEvent
    {
        parser.MoveNext();
        if (parser.Current is not T)
            throw new InvalidOperationException("The YAML parser's events are out of order.");
    }

    private void Abandon(DescriptionErrorCode code, SourcePosition position, string message, string help)
    {
        errors.Add(code, position, message, help);
        throw new AbandonedException();
    }

    private void Add(DescriptionErrorCode code, Mark mark, string message, string help) =>
        errors.Add(code, PositionOf(mark), message, help);

    private SourcePosition PositionOf(Mark mark)
    {
        // The end of the text is shown behind its last visible character, not on an empty line after it.
        int end = source.Text.AsSpan().TrimEnd().Length;
        if (mark.Index >= end)
            return source.PositionOf(end);
        int line = (int)Math.Clamp(mark.Line, 1, source.LineCount);
        return new SourcePosition(line, (int)Math.Max(1, mark.Column));
    }

    private static string Cause(YamlException e)
    {
        string text = (e.InnerException ?? e).Message;
        int colon = text.StartsWith("(Line", StringComparison.Ordinal) ? text.LastIndexOf("): ", StringComparison.Ordinal) : -1;
        text = PrintableText.Escape(colon >= 0 ? text[(colon + 3)..] : text).TrimEnd('.');
        return text.Length == 0 ? "it ends too early" : char.ToLowerInvariant(text[0]) + text[1..];
    }

    /// <summary>Reading stops here; why has been reported.</summary>
    private sealed class AbandonedException : Exception;
}
