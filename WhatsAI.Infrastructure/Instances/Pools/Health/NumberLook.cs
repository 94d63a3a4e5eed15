using System.Text.Json;
using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Health;

/// <summary>What a look at a number found.</summary>
/// <param name="IsNews">The verdict or its cause is another one than before.</param>
/// <param name="IsShown">What screens show of it is another.</param>
/// <param name="Next">When it must be looked at again although nothing happens; null: not because of time.</param>
internal sealed record Looked(Finding Finding, bool IsNews, bool IsShown, PoolId? Pool, MemberRole? Role, TimeSpan? Next)
{
    /// <summary>Whether somebody must act: something changed, or a verdict that moves work, or that ends a quarantine, stands.</summary>
    public bool Asks =>
        IsNews
        || Role switch
        {
            MemberRole.Retired => false,
            MemberRole.Quarantined => Finding.Verdict == Verdict.Healthy,
            _ => Finding.Verdict.MustMove() || Finding.Verdict == Verdict.Flapping,
        };
}

/// <summary>Judges one number and writes down what was found, in the caller's transaction, under the number's lock.</summary>
internal static class NumberLook
{
    /// <summary>Null for a number that is not there any more.</summary>
    public static async Task<Looked?> TakeAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        InstanceId instance,
        TrafficHabits habits,
        CancellationToken cancellation
    )
    {
        var watch = await WatchSql.LockAsync(connection, tenant, instance, cancellation);
        if (await HealthReader.ReadAsync(connection, tenant, instance, watch, cancellation) is not { } number)
        {
            return null;
        }

        var now = number.Now;
        var state = number.Unacked.Aggregate(watch, (s, at) => WatchRules.After(s, new Signal.NotAcked(at)));
        var facts = await habits.WithAsync(number.Facts with { Watch = state }, connection, tenant, instance, cancellation);
        var finding = Judgement.Of(facts.Number, state, now);
        var layers = HealthLayers.Of(facts, now);
        var score = HealthScore.Of(layers).Value;
        await using var command = connection.Sql(
            """
            UPDATE watch_states SET state = $3, verdict = $4, cause = $5, verdict_since = $6, verdict_until = $7, inbound_only = $8, score = $9, layers = $10,
                judged_at = now(), acks_counted_to = coalesce($11, acks_counted_to, now() - $12::interval)
            WHERE tenant_id = $1 AND instance_id = $2
            """,
            tenant.Value,
            instance.Value,
            JsonParameter.Of(JsonSerializer.Serialize(state, PoolMapping.Json)),
            finding.Verdict.ToString(),
            finding.Cause,
            finding.Since.ToUniversalTime(),
            Time(finding.Until),
            finding.InboundOnly,
            new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Smallint, Value = score is { } s ? (short)s : DBNull.Value },
            JsonParameter.Of(JsonSerializer.Serialize(layers, PoolMapping.Json)),
            Time(number.Unacked is [.., var last] ? last : null),
            WatchRules.AckPatience
        );
        await command.ExecuteNonQueryAsync(cancellation);
        var isNews = (number.Before?.Verdict, number.Before?.Cause) != (finding.Verdict, finding.Cause);
        var next = NextLook.After(facts.Number, state, finding, number.Awaited, number.Role, now);
        return new Looked(finding, isNews, isNews || number.Score != score, number.Pool, number.Role, next - now);
    }

    private static NpgsqlParameter Time(DateTimeOffset? at) =>
        new() { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz, Value = (object?)at?.ToUniversalTime() ?? DBNull.Value };
}
