using System.Globalization;

namespace WhatsAI.Bench;

/// <summary>
/// Processor time, of the console and of its PostgreSQL with all its backends. It says what a piece of work costs whatever else the machine is
/// doing at the time, so two cores over it is what the machine could do.
/// </summary>
internal sealed record Cpu(TimeSpan Console, TimeSpan Database)
{
    // USER_HZ, the same on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    public static async Task<Cpu> OfAsync(World world)
    {
        var postmaster = int.Parse(
            (await world.ScalarAsync<string>("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)"))!,
            CultureInfo.InvariantCulture
        );
        var backends = Directory
            .EnumerateDirectories("/proc")
            .Select(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out var id) ? Read(id) : null)
            .OfType<Times>()
            .Where(t => t.Parent == postmaster)
            .Sum(t => t.Own);
        // Backends that have ended are counted with their parent.
        return new Cpu(Seconds(Read(world.Console.ProcessId)!.Own), Seconds(backends + Read(postmaster)!.WithChildren));
    }

    /// <summary>Of one process, its threads included.</summary>
    public static TimeSpan Of(int process) => Seconds(Read(process)!.Own);

    public static Cpu operator -(Cpu after, Cpu before) => new(after.Console - before.Console, after.Database - before.Database);

    /// <summary>Of each of so many, in milliseconds: the console's and the database's.</summary>
    public string Each(double count) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Console.TotalMilliseconds / count:0.00} + {Database.TotalMilliseconds / count:0.00} ms"
        );

    private static TimeSpan Seconds(double ticks) => TimeSpan.FromSeconds(ticks / TicksPerSecond);

    private static Times? Read(int process)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            // The name stands in brackets and may hold anything.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var own = Number(11) + Number(12);
            return new Times((int)Number(1), own, own + Number(13) + Number(14));

            double Number(int field) => double.Parse(fields[field], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null; // it ended meanwhile
        }
    }

    private sealed record Times(int Parent, double Own, double WithChildren);
}
