using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Retention;

/// <summary>
/// Files on disk that no company's row names. The store keeps a file once for all companies, so each of them is asked. Every round looks at a part of the
/// directories, all of them in a day.
/// </summary>
internal sealed class MediaFileRetention(DiskMediaStore store) : IRetentionRule
{
    /// <summary>$1 company, $2 names.</summary>
    internal const string NamedSql = "SELECT DISTINCT hash FROM media_files WHERE tenant_id = $1 AND hash = ANY ($2)";
    private const int Rounds = 24;

    public string What => "media_files";

    public async Task RunAsync(RetentionRun run)
    {
        if (run.Options.UploadDays == 0)
        {
            return;
        }

        var before = run.Now.AddDays(-run.Options.UploadDays);
        run.Count("media_unfinished", store.RemoveUnfinished(before));
        // What a killed round had put aside.
        await DecideAsync(run, store.Aside(), before);
        for (var directory = run.Now.Hour % Rounds; directory < 256; directory += Rounds)
        {
            foreach (var hashes in store.Names(directory, before).Chunk(run.Options.StepRows))
            {
                var orphans = await OrphansAsync(run, hashes);
                orphans.ForEach(store.PutAside);
                await DecideAsync(run, orphans, before);
            }
        }
    }

    /// <summary>
    /// Asked once more when the file is out of reach: who stored the same bytes between the question and the move has made them young again, and who does
    /// after it writes a file of its own.
    /// </summary>
    private async Task DecideAsync(RetentionRun run, IReadOnlyCollection<string> aside, DateTimeOffset before)
    {
        foreach (var hashes in aside.Chunk(run.Options.StepRows))
        {
            var orphans = (await OrphansAsync(run, hashes)).ToHashSet(StringComparer.Ordinal);
            var removed = 0;
            foreach (var hash in hashes)
            {
                if (orphans.Contains(hash) && store.RemoveAside(hash, before))
                {
                    removed++;
                }
                else
                {
                    store.PutBack(hash);
                }
            }

            run.Count(What, removed);
        }
    }

    private static async Task<List<string>> OrphansAsync(RetentionRun run, string[] hashes)
    {
        var left = hashes.ToList();
        foreach (var tenant in run.Tenants)
        {
            if (left.Count == 0)
            {
                break;
            }

            var named = await run.StepAsync(
                tenant,
                async connection =>
                {
                    await using var command = connection.Sql(NamedSql, tenant.Value, left.ToArray());
                    await using var reader = await command.ExecuteReaderAsync(run.Stopping);
                    var found = new HashSet<string>(StringComparer.Ordinal);
                    while (await reader.ReadAsync(run.Stopping))
                    {
                        found.Add(reader.GetString(0));
                    }

                    return found;
                }
            );
            left.RemoveAll(named.Contains);
        }

        return left;
    }
}
