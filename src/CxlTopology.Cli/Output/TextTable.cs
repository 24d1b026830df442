using System.Text;

namespace CxlTopology.Cli.Output;

/// <summary>Columns of text, each as wide as its widest cell; any number of rows, at any width of the terminal.</summary>
internal sealed class TextTable(params string[] headers)
{
    private readonly List<string[]> rows = [];

    /// <summary>Rows so far.</summary>
    public int Count => rows.Count;

    /// <summary>Adds a row: a cell for each header.</summary>
    public void Add(params string[] cells) => rows.Add(cells);

    /// <summary>Writes headers and rows, two blanks between columns, none at the end of a line.</summary>
    public void Write(TextWriter writer)
    {
        int[] widths = [.. headers.Select((header, i) => rows.Select(r => r[i].Length).Append(header.Length).Max())];
        var line = new StringBuilder();
        foreach (string[] cells in rows.Prepend(headers))
        {
            line.Clear();
            for (int i = 0; i < cells.Length; i++)
                line.Append(cells[i].PadRight(widths[i] + 2));
            writer.WriteLine(line.ToString().TrimEnd());
        }
    }
}
