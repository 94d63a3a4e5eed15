namespace WhatsAI.Tests.Common;

/// <summary>The source tree, for tests that read it.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    public static IEnumerable<string> Files(string project, params string[] patterns) =>
        patterns
            .SelectMany(p => Directory.EnumerateFiles(Path.Combine(Root, project), p, SearchOption.AllDirectories))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal));

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "WhatsAI.Console.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests run from inside the source tree.");
    }
}
