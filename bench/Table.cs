using System.Globalization;

namespace WhatsAI.Bench;

/// <summary>A measurement's result, as Markdown, so that it can be pasted into the README.</summary>
internal sealed class Table(string title, params string[] columns)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Print()
    {
        var widths = columns.Select((c, i) => _rows.Select(r => r[i].Length).Append(c.Length).Max()).ToArray();
        Console.WriteLine();
        Console.WriteLine(title);
        Console.WriteLine();
        Console.WriteLine(Line(columns));
        Console.WriteLine("| " + string.Join(" | ", widths.Select(w => new string('-', w))) + " |");
        _rows.ForEach(r => Console.WriteLine(Line(r)));
        Console.WriteLine();

        string Line(string[] cells) => "| " + string.Join(" | ", cells.Select((c, i) => c.PadRight(widths[i]))) + " |";
    }

    public static string Rate(double perSecond) => perSecond.ToString("#,0", CultureInfo.InvariantCulture) + "/s";

    public static string Share(double ratio) => (ratio * 100).ToString("0", CultureInfo.InvariantCulture) + " %";

    public static string Megabytes(long bytes) => (bytes / 1048576.0).ToString("0", CultureInfo.InvariantCulture) + " MB";

    public static string Kilobytes(double bytes) => (bytes / 1024).ToString("0", CultureInfo.InvariantCulture) + " KB";
}
