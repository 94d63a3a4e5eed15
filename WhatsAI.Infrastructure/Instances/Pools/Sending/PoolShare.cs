using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>A number of a pool that is in nobody's turn here and could send.</summary>
internal sealed record Idle(PoolId Pool, InstanceId Instance, PaceState State, short? Score);

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

    /// <summary>The number that sends it: the one whose turn it is, another one in this transaction, or one that is idle.</summary>
    /// <param name="number">Whose turn it is.</param>
    /// <param name="state">Its pace.</param>
    /// <param name="message">What is to be sent.</param>
    /// <param name="to">To whom.</param>
    /// <param name="others">In this transaction, of the same pool, and free to send it now.</param>
    /// <param name="idle">Of the same pool.</param>
    /// <param name="at">By the clock that paces.</param>
    public static InstanceId Choose(
        SendingNumber number,
        PaceState state,
        WaitingMessage message,
        Recipient to,
        IEnumerable<(SendingNumber Number, PaceState State)> others,
        IEnumerable<Idle> idle,
        DateTimeOffset at
    )
    {
        var talks = number.IsSticky || number.IsOfficial ? to.Talks : null;
        if (talks == number.Instance)
        {
            return number.Instance;
        }

        var since = message.QueuedAt > message.NotBefore ? message.QueuedAt : message.NotBefore;
        var ready = others.Select(o => Of(o.Number.Instance, o.State, o.Number.Score, number, to.Reach, at)).ToList();
        foreach (var other in idle)
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
            return number.Instance;
        }

        ready.Add(Of(number.Instance, state, number.Score, number, to.Reach, at));
        return ready[number.IsOfficial ? PoolChoice.OfOfficial(talks, ready) : PoolChoice.Of(number.Strategy, talks, ready)].Instance;
    }

    private static Candidate Of(InstanceId instance, PaceState state, short? score, SendingNumber number, Reach reach, DateTimeOffset at)
    {
        var sent = Pacing.SentOn(state, at, number.Zone);
        return new Candidate(instance, sent, sent + Pacing.LeftOn(state, number.Pace, reach, at, number.Zone), score, state.LastAt);
    }

    /// <summary>The pools' sending numbers whose interval is over, without those that are in this transaction.</summary>
    public static async Task<ILookup<PoolId, Idle>> IdleAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IEnumerable<PoolId> pools,
        IEnumerable<InstanceId> except,
        TimeSpan ahead,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            SELECT m.pool_id, m.instance_id, w.score, a.in_use_since, a.day, a.sent_today, a.strangers_today, a.hour, a.sent_this_hour, a.in_series,
                a.last_at, a.not_before, a.penalty_until, a.paused_until
            FROM pool_members m
            JOIN instance_statuses s ON s.tenant_id = $1 AND s.instance_id = m.instance_id
            JOIN pace_states a ON a.tenant_id = $1 AND a.instance_id = m.instance_id
            LEFT JOIN watch_states w ON w.tenant_id = $1 AND w.instance_id = m.instance_id
            WHERE m.tenant_id = $1 AND m.pool_id = ANY ($2) AND m.instance_id <> ALL ($3) AND m.role IN ('Active', 'Warming') AND s.state = 'Open'
                AND coalesce(w.verdict, 'Unknown') IN ('Healthy', 'Degraded', 'Unknown')
                AND (a.not_before IS NULL OR a.not_before <= clock_timestamp() + $4)
            """,
            tenant.Value,
            pools.Select(p => p.Value).ToArray(),
            except.Select(i => i.Value).ToArray(),
            ahead
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var idle = new List<Idle>();
        while (await reader.ReadAsync(cancellation))
        {
            var score = reader.IsDBNull(2) ? (short?)null : reader.GetInt16(2);
            idle.Add(new Idle(new PoolId(reader.GetGuid(0)), new InstanceId(reader.GetGuid(1)), PaceSql.Read(reader, 3), score));
        }

        return idle.ToLookup(i => i.Pool);
    }
}
