namespace WhatsAI.Web.Hosting;

/// <summary>Where settings are read and data is kept: the top of the source tree for a build inside one, else beside the program; an explicit one wins.</summary>
internal static class ContentRoot
{
    public static string? Find(string[] args)
    {
        if (
            args.Any(a => a.Contains("contentRoot", StringComparison.OrdinalIgnoreCase))
            || Environment.GetEnvironmentVariable("ASPNETCORE_CONTENTROOT") is not null
        )
        {
            return null;
        }

        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "WhatsAI.Console.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? AppContext.BaseDirectory;
    }
}
