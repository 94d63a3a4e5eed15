using Npgsql;
using WhatsAI.Core.Analytics;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools;

/// <summary>What a person says about one number's campaign pace. Answers are never paced. Each is a line of the number's log, with its author.</summary>
public sealed class PaceActions(
    NpgsqlDataSource database,
    CurrentMember member,
    TenantSettingsCache settings,
    EventHub hub,
    TimeProvider time
)
{
    /// <summary>WhatsApp's own first year.</summary>
    private static readonly DateOnly _oldest = new(2009, 1, 1);

    /// <param name="instance">Whose campaign messages wait.</param>
    /// <param name="until">Null: until somebody resumes.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">Not allowed, or the number is gone.</exception>
    public Task PauseAsync(InstanceId instance, DateTimeOffset? until = null, CancellationToken ct = default) =>
        ChangeAsync(instance, "paused", s => s.Paused(until), ct);

    /// <inheritdoc cref="PauseAsync" path="/exception"/>
    public Task ResumeAsync(InstanceId instance, CancellationToken ct = default) => ChangeAsync(instance, "resumed", s => s.Resumed(), ct);

    /// <summary>A number that was used elsewhere for years is not new: its warm-up is reckoned from that day.</summary>
    /// <exception cref="RuleException">Not allowed, the number is gone, or the day is to come or before there was WhatsApp.</exception>
    public async Task SetInUseSinceAsync(InstanceId instance, DateOnly day, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage, instance);
        var zone = TimeZoneInfo.FindSystemTimeZoneById((await settings.OfAsync(member.TenantId, ct)).TimeZone);
        if (day < _oldest || day > LocalDays.Of(time.GetUtcNow(), zone))
        {
            throw new RuleException("pace.in-use-invalid");
        }

        await ChangeAsync(instance, "in-use-set", s => s with { InUseSince = day }, ct);
    }

    private async Task ChangeAsync(InstanceId instance, string what, Func<PaceState, PaceState> change, CancellationToken ct)
    {
        member.Demand(Permission.NumbersManage, instance);
        var now = time.GetUtcNow();
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        var c = transaction.Connection;
        // Before its pace is locked: whoever sends takes them in this order too.
        await WorkList.DueAsync(c, WorkKind.Outbound, instance, ct);
        var before = await PaceSql.LockAsync(c, member.TenantId, instance, ct) ?? throw new RuleException("number.gone");
        var after = change(before);
        // The second click.
        if (after == before)
        {
            return;
        }

        await PaceSql.WriteAsync(c, member.TenantId, instance, after, ct);
        await ConnectionSql.WriteActAsync(c, (member.TenantId, instance), what, member.DisplayName, now, ct);
        await transaction.CommitAsync(ct);
        hub.Publish(new InstanceChanged(member.TenantId, instance));
    }
}
