namespace WhatsAI.Infrastructure.Messaging;

/// <summary>The store as retention sees it. Several copies may share the directory; only one of them sweeps.</summary>
public sealed partial class DiskMediaStore
{
    private string AsideDirectory => Path.Combine(_root, "removed");

    /// <summary>Names in one of the 256 first directories whose bytes were stored before a time; storing the same bytes again makes them young.</summary>
    internal IEnumerable<string> Names(int directory, DateTimeOffset before)
    {
        var top = new DirectoryInfo(Path.Combine(_root, $"{directory:x2}"));
        return top.Exists
            ? top.EnumerateFiles("*", SearchOption.AllDirectories)
                .Where(f => IsHash(f.Name) && f.LastWriteTimeUtc < before.UtcDateTime)
                .Select(f => f.Name)
            : [];
    }

    /// <summary>Out of reach, and not yet gone.</summary>
    internal void PutAside(string hash)
    {
        Directory.CreateDirectory(AsideDirectory);
        try
        {
            File.Move(PathOf(hash), Path.Combine(AsideDirectory, hash), overwrite: true);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Gone already.
        }
    }

    internal IReadOnlyList<string> Aside() =>
        Directory.Exists(AsideDirectory)
            ? [.. Directory.EnumerateFiles(AsideDirectory).Select(f => Path.GetFileName(f)).Where(IsHash)]
            : [];

    /// <summary>False when there is no such file, or its bytes were stored again before it was put aside.</summary>
    internal bool RemoveAside(string hash, DateTimeOffset before)
    {
        var file = new FileInfo(Path.Combine(AsideDirectory, hash));
        if (!file.Exists || file.LastWriteTimeUtc >= before.UtcDateTime)
        {
            return false;
        }

        file.Delete();
        return true;
    }

    /// <summary>Back in reach; where the same bytes were stored again meanwhile, those stay.</summary>
    internal void PutBack(string hash)
    {
        var aside = Path.Combine(AsideDirectory, hash);
        if (!File.Exists(aside))
        {
            return;
        }

        if (File.Exists(PathOf(hash)))
        {
            File.Delete(aside);
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(hash))!);
        File.Move(aside, PathOf(hash), overwrite: true);
    }

    /// <summary>What was being written when a copy was killed; how many.</summary>
    internal int RemoveUnfinished(DateTimeOffset before)
    {
        var incoming = new DirectoryInfo(Path.Combine(_root, "incoming"));
        var left = incoming.Exists ? incoming.EnumerateFiles().Where(f => f.LastWriteTimeUtc < before.UtcDateTime).ToList() : [];
        left.ForEach(f => f.Delete());
        return left.Count;
    }
}
