using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>
/// What a member changes of conversations in one transaction, their heads locked: told first, then written together and in the order that everybody keeps.
/// </summary>
internal sealed class HeadChanges(NpgsqlConnection connection, CurrentMember member, IHeadClock clock, DateTimeOffset now)
{
    private readonly List<(ConversationHead Before, ConversationHead After)> _heads = [];
    private readonly List<ActivityLine> _lines = [];
    private readonly List<ConversationId> _shown = [];

    /// <summary>Conversations as they were and as they are, once saved.</summary>
    public IReadOnlyList<(ConversationHead Before, ConversationHead After)> Heads => _heads;

    /// <summary>How many conversations are different.</summary>
    public int Count => _heads.Count + _shown.Count;

    public void Add(ConversationHead before, ConversationHead after) => _heads.Add((before, after));

    /// <summary>Nothing of the head changes, but something that its row shows.</summary>
    public void Show(ConversationId id) => _shown.Add(id);

    /// <summary>A line in the thread, of this member.</summary>
    public void Say(ConversationHead head, string key, params string[] more) =>
        _lines.Add(new ActivityLine(head, key, [member.DisplayName, .. more], member.UserId));

    /// <summary>Writes it all; episodes are closed and opened where the status says so. Returns what to publish after the commit.</summary>
    /// <param name="steps">What a change of status sets off.</param>
    /// <param name="due">Takes the work that it makes due.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<IReadOnlyList<ConsoleEvent>> SaveAsync(
        IEnumerable<IConversationStep> steps,
        HashSet<WorkKind> due,
        CancellationToken ct
    )
    {
        var counters = new ConversationCounters();
        for (var i = 0; i < _heads.Count; i++)
        {
            var (before, after) = _heads[i];
            if (after.Status == ConversationStatus.Resolved && before.Status != after.Status)
            {
                await Episodes.ResolvedAsync(connection, before, member.UserId, clock.ResolutionDueOf(before, now), now, ct);
            }
            else if (before.Status != after.Status)
            {
                after = await Episodes.OpenIfNeededAsync(connection, before, after, now, ct);
            }

            _heads[i] = (before, after = clock.Move(before, after, now));
            counters.Moved(before, after);
        }

        return await WriteAsync(counters, steps, due, ct);
    }

    /// <summary>Writes it all as it was before a change: the episode that was closed goes on, and one that was opened never was.</summary>
    /// <inheritdoc cref="SaveAsync"/>
    public async Task<IReadOnlyList<ConsoleEvent>> SaveBackAsync(
        IEnumerable<IConversationStep> steps,
        HashSet<WorkKind> due,
        CancellationToken ct
    )
    {
        var counters = new ConversationCounters();
        for (var i = 0; i < _heads.Count; i++)
        {
            var (before, after) = _heads[i];
            if (before.Status == ConversationStatus.Resolved && after.Status != before.Status)
            {
                await Episodes.ReopenAsync(connection, before, ct);
            }
            else if (after.Status == ConversationStatus.Resolved && after.Status != before.Status)
            {
                after = after with { EpisodeId = await Episodes.ForgetAsync(connection, before, ct) };
            }

            _heads[i] = (before, after = clock.Move(before, after, now));
            counters.Moved(before, after);
        }

        return await WriteAsync(counters, steps, due, ct);
    }

    private async Task<IReadOnlyList<ConsoleEvent>> WriteAsync(
        ConversationCounters counters,
        IEnumerable<IConversationStep> steps,
        HashSet<WorkKind> due,
        CancellationToken ct
    )
    {
        var tenant = member.TenantId;
        await HeadSql.WriteAsync(connection, [.. _heads.Select(h => h.After)], ct);
        await Episodes.GivenAsync(connection, [.. _heads.Where(h => h.Before.TeamId != h.After.TeamId).Select(h => h.After)], ct);
        await counters.ApplyAsync(connection, tenant, ct);
        var lines = await ActivityLines.AddAsync(connection, _lines, now, ct);
        var known = steps.ToArray();
        var wakes = new SortedDictionary<Guid, TimeSpan>();
        foreach (var (before, after) in _heads.Where(h => h.Before.Status != h.After.Status))
        {
            var move = new ConversationMove(connection, before, after, now);
            foreach (var step in known)
            {
                await step.ApplyAsync(move, ct);
            }

            due.UnionWith(move.Due);
            if (move.WakesAfter is { } wait)
            {
                wakes[after.InstanceId.Value] = wait;
            }
        }

        foreach (var (number, wait) in wakes)
        {
            await WorkList.DueAsync(connection, WorkKind.Later, new InstanceId(number), ct, wait);
        }

        return
        [
            .. _heads.Select(h => h.After.ConversationId).Concat(_shown).Distinct().Select(id => new ConversationChanged(tenant, id)),
            .. lines.Select(l => new MessageChanged(tenant, l.Conversation, l.Line)),
        ];
    }
}
