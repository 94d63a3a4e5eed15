using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Labels;

public sealed record LabelRow(LabelId Id, string Name, int Colour, uint Version);

/// <summary>The company's labels, for who keeps them. The inbox has them from its summary.</summary>
public sealed class LabelQueries(IDbContextFactory<ConsoleDb> dbs, CurrentMember member)
{
    /// <summary>By name.</summary>
    public async Task<IReadOnlyList<LabelRow>> ListAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.LabelsManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var rows = await db.Labels.Select(l => new LabelRow(l.Id, l.Name, l.Colour, l.Version)).ToListAsync(ct);
        return [.. rows.OrderBy(l => l.Name, StringComparer.CurrentCultureIgnoreCase)];
    }

    /// <summary>How many conversations would lose the label with it, whatever numbers the member sees: counted when he is about to delete it.</summary>
    public async Task<int> ConversationsAsync(LabelId id, CancellationToken ct = default)
    {
        member.Demand(Permission.LabelsManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        return await db.ConversationLabels.CountAsync(l => l.LabelId == id, ct);
    }
}
