namespace WhatsAI.Infrastructure.Backup;

/// <summary>Copies of a media directory. A file's name is its content's, so one that is there in full is never copied again.</summary>
internal static class MediaCopy
{
    /// <summary>How many were copied.</summary>
    public static int AddMissing(string source, string target, CancellationToken ct)
    {
        var copied = 0;
        foreach (var (name, file) in Files(source))
        {
            ct.ThrowIfCancellationRequested();
            var place = new FileInfo(Path.Combine(target, name));
            if (place.Exists && place.Length == file.Length)
            {
                continue;
            }

            Directory.CreateDirectory(place.DirectoryName!);
            var unfinished = place.FullName + ".new";
            file.CopyTo(unfinished, overwrite: true);
            File.Move(unfinished, place.FullName, overwrite: true);
            copied++;
        }

        return copied;
    }

    /// <summary>Removes from the target what the source no longer has; how many are left.</summary>
    public static int RemoveSurplus(string source, string target, CancellationToken ct)
    {
        var left = 0;
        foreach (var (name, file) in Files(target))
        {
            ct.ThrowIfCancellationRequested();
            if (File.Exists(Path.Combine(source, name)))
            {
                left++;
            }
            else
            {
                file.Delete();
            }
        }

        return left;
    }

    /// <summary>The store's own files (ab/cd/abcd…), not what is on its way in or out.</summary>
    private static IEnumerable<(string Name, FileInfo File)> Files(string root) =>
        Directory.Exists(root)
            ? new DirectoryInfo(root)
                .EnumerateFiles("*", SearchOption.AllDirectories)
                .Where(f => f.Name.Length == 64 && f.Directory!.Name == f.Name[2..4] && f.Directory.Parent!.Name == f.Name[..2])
                .Select(f => (Path.GetRelativePath(root, f.FullName), f))
            : [];
}
