using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Privacy;
using WhatsAI.Infrastructure.Live;

namespace WhatsAI.Infrastructure.Messaging;

/// <summary>The threads of two persons that are one: they move as they are, and where both have one with the same number, the messages are joined in it.</summary>
public sealed class ConversationContactStep(IHeadClocks clocks) : IContactStep
{
    public async Task MergeAsync(ContactMove move, CancellationToken ct)
    {
        var clock = await clocks.OfAsync(move.Tenant, ct);
        foreach (var (loser, winner) in await DoubledAsync(move, ct))
        {
            await ThreadJoin.JoinAsync(move, clock, loser, winner, ct);
            move.Changes.Add(new EverythingChanged(move.Tenant));
        }

        await move.MoveAsync("conversations", "id", ct);
        await move.RunAsync(
            """
            UPDATE messages SET sender_id = $3 WHERE tenant_id = $1 AND sender_id = $4
                AND conversation_id IN (SELECT id FROM conversations WHERE tenant_id = $1 AND contact_id = $3)
            """,
            ct
        );
        await ShowAsync(move, ct);
    }

    public async Task UndoAsync(ContactMove move, CancellationToken ct)
    {
        await move.BackAsync("conversations", "id", ct);
        foreach (var joined in await ThreadSplit.JoinedAsync(move, ct))
        {
            await ThreadSplit.RunAsync(move, joined, ct);
            move.Changes.Add(new EverythingChanged(move.Tenant));
        }

        await move.RunAsync(
            """
            UPDATE messages SET sender_id = $4 WHERE tenant_id = $1 AND sender_id = $3
                AND conversation_id IN (SELECT id FROM conversations WHERE tenant_id = $1 AND contact_id = $4)
            """,
            ct
        );
        await ShowAsync(move, ct);
    }

    public async Task EraseAsync(ContactErasure erasure, CancellationToken ct) =>
        await ConversationErasure.EraseAsync(erasure, await clocks.OfAsync(erasure.Tenant, ct), ct);

    public IReadOnlyList<PersonalDataPart> Parts => ConversationErasure.Parts;

    /// <summary>The threads of both show another name.</summary>
    private static async Task ShowAsync(ContactMove move, CancellationToken ct)
    {
        await using var command = move.Sql(
            "SELECT id FROM conversations WHERE tenant_id = $1 AND contact_id IN ($3, $4) AND $2 IS NOT NULL"
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            move.Changes.Add(new ConversationChanged(move.Tenant, new ConversationId(reader.GetGuid(0))));
        }
    }

    /// <summary>The pairs of threads that both have with one number.</summary>
    private static async Task<List<(ConversationId Loser, ConversationId Winner)>> DoubledAsync(ContactMove move, CancellationToken ct)
    {
        await using var command = move.Sql(
            """
            SELECT a.id, b.id FROM conversations a JOIN conversations b ON b.tenant_id = $1 AND b.instance_id = a.instance_id AND b.contact_id = $3
            WHERE a.tenant_id = $1 AND a.contact_id = $4 AND $2 IS NOT NULL ORDER BY 1
            """
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var pairs = new List<(ConversationId, ConversationId)>();
        while (await reader.ReadAsync(ct))
        {
            pairs.Add((new ConversationId(reader.GetGuid(0)), new ConversationId(reader.GetGuid(1))));
        }

        return pairs;
    }
}
