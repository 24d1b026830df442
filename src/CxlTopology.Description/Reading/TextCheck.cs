using System.Globalization;

namespace CxlTopology.Description;

/// <summary>Refuses what no topology file contains, before the YAML parser sees it.</summary>
internal static class TextCheck
{
    /// <summary>Reports control characters and tabs in indentation; false if the text should not be parsed.</summary>
    public static bool Check(SourceText source, ErrorSink errors)
    {
        string text = source.Text;
        bool indentation = true;
        int tab = -1;
        bool good = true;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c is '\n' or '\r')
            {
                indentation = true;
                tab = -1;
                continue;
            }

            if (c < ' ' && c != '\t' || c is '\x7f' or '\ufffe' or '\uffff')
            {
                errors.Add(DescriptionErrorCode.ControlCharacter, source.PositionOf(i),
                    $"control character 0x{((int)c).ToString("x2", CultureInfo.InvariantCulture)} in the file",
                    "A topology file is plain text; is this the right file?");
                return false;
            }

            if (!indentation)
                continue;
            if (c == '\t')
            {
                tab = tab < 0 ? i : tab;
            }
            else if (c != ' ')
            {
                indentation = false;
                if (tab >= 0 && c != '#')
                {
                    good = false;
                    errors.Add(DescriptionErrorCode.TabIndentation, source.PositionOf(tab), "tab in the indentation",
                        "Indent with blanks.");
                }
            }
        }

        return good;
    }
}
