using System.Runtime.CompilerServices;
using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>One change of every conversation that a question names, in the caller's transaction, counters included; a thousand at a time, however many they are.</summary>
internal static class HeadSweep
{
    private const int Batch = 1_000;

    /// <summary>The heads as they are written, batch by batch.</summary>
    /// <param name="connection">The caller's, in a transaction.</param>
    /// <param name="tenant">The company.</param>
    /// <param name="which">Asks for conversation ids. It must not name what was changed, or this never ends.</param>
    /// <param name="change">What becomes of each.</param>
    /// <param name="ct">Ends it.</param>
    public static async IAsyncEnumerable<List<ConversationHead>> ChangeAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        NpgsqlCommand which,
        Func<ConversationHead, ConversationHead> change,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        which.CommandText += $" LIMIT {Batch}";
        while (await IdsAsync(which, ct) is { Count: > 0 } ids)
        {
            var (counters, after) = (new ConversationCounters(), new List<ConversationHead>(ids.Count));
            foreach (var head in (await HeadSql.LockAsync(connection, tenant, ids, ct)).Values)
            {
                after.Add(change(head));
                counters.Moved(head, after[^1]);
            }

            await HeadSql.WriteAsync(connection, after, ct);
            await counters.ApplyAsync(connection, tenant, ct);
            yield return after;
        }
    }

    private static async Task<List<ConversationId>> IdsAsync(NpgsqlCommand which, CancellationToken ct)
    {
        await using var reader = await which.ExecuteReaderAsync(ct);
        var ids = new List<ConversationId>();
        while (await reader.ReadAsync(ct))
        {
            ids.Add(new ConversationId(reader.GetGuid(0)));
        }

        return ids;
    }
}
