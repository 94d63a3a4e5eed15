using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>Asks the pool's strategy whether the number whose turn it is should send a message, or leave it to another one that may send it now.</summary>
internal static class PoolShare
{
    /// <summary>
    /// For how long one that could send is waited for: whoever has not come by then (its copy died, its server is silent, it is busy with answers) holds
    /// nothing back.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>How soon the one that left it looks again.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromMilliseconds(250);

    /// <summary>The number it is left to; null: this one sends it.</summary>
    public static async Task<InstanceId?> LeaveToAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        SendingNumber number,
        PaceState state,
        WaitingMessage message,
        Recipient to,
        DateTimeOffset at,
        CancellationToken cancellation
    )
    {
        var talks = number.IsSticky || number.IsOfficial ? to.Talks : null;
        if (talks == number.Instance)
        {
            return null;
        }

        var since = message.QueuedAt > message.NotBefore ? message.QueuedAt : message.NotBefore;
        var ready = new List<Candidate>();
        foreach (var other in await OthersAsync(connection, tenant, number, cancellation))
        {
            var free = other.State.NotBefore > since ? other.State.NotBefore.Value : since;
            var may =
                at - free < Patience
                && Pacing.NextSendAt(other.State, number.Pace, to.Reach, at, number.Zone, Random.Shared) is PaceDecision.Now;
            if (may)
            {
                ready.Add(Of(other.Instance, other.State, other.Score, number, to.Reach, at));
            }
        }

        if (ready.Count == 0)
        {
            return null;
        }

        ready.Add(Of(number.Instance, state, number.Score, number, to.Reach, at));
        var chosen = ready[number.IsOfficial ? PoolChoice.OfOfficial(talks, ready) : PoolChoice.Of(number.Strategy, talks, ready)].Instance;
        return chosen == number.Instance ? null : chosen;
    }

    private static Candidate Of(InstanceId instance, PaceState state, short? score, SendingNumber number, Reach reach, DateTimeOffset at)
    {
        var sent = Pacing.SentOn(state, at, number.Zone);
        return new Candidate(instance, sent, sent + Pacing.LeftOn(state, number.Pace, reach, at, number.Zone), score, state.LastAt);
    }

    private static async Task<List<(InstanceId Instance, PaceState State, short? Score)>> OthersAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        SendingNumber number,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            SELECT m.instance_id, w.score, a.in_use_since, a.day, a.sent_today, a.strangers_today, a.hour, a.sent_this_hour, a.in_series, a.last_at,
                a.not_before, a.penalty_until, a.paused_until
            FROM pool_members m
            JOIN instance_statuses s ON s.tenant_id = $1 AND s.instance_id = m.instance_id
            JOIN pace_states a ON a.tenant_id = $1 AND a.instance_id = m.instance_id
            LEFT JOIN watch_states w ON w.tenant_id = $1 AND w.instance_id = m.instance_id
            WHERE m.tenant_id = $1 AND m.pool_id = $2 AND m.instance_id <> $3 AND m.role IN ('Active', 'Warming') AND s.state = 'Open'
                AND coalesce(w.verdict, 'Unknown') IN ('Healthy', 'Degraded', 'Unknown')
            """,
            tenant.Value,
            number.Pool.Value,
            number.Instance.Value
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var others = new List<(InstanceId, PaceState, short?)>();
        while (await reader.ReadAsync(cancellation))
        {
            others.Add((new InstanceId(reader.GetGuid(0)), PaceSql.Read(reader, 2), reader.IsDBNull(1) ? null : reader.GetInt16(1)));
        }

        return others;
    }
}
