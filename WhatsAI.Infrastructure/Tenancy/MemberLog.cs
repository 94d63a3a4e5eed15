using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Tenancy;

/// <summary>Who changed whom, and when. Rows are only ever added: the program's role may neither change nor delete one.</summary>
public sealed class MemberLogEntry : ITenantOwned
{
    public long Id { get; init; }

    public TenantId TenantId { get; init; }

    public DateTimeOffset At { get; init; }

    public UserId ActorId { get; init; }

    /// <summary>Names as they were: people are renamed and removed.</summary>
    public string ActorName { get; init; } = "";

    public UserId? SubjectId { get; init; }

    public string SubjectName { get; init; } = "";

    /// <summary>Key of a text, "role-changed".</summary>
    public string What { get; init; } = "";

    /// <summary>What the text says besides the names: roles by their own names, counts.</summary>
    public string[] Details { get; init; } = [];
}

internal static class MemberLog
{
    /// <summary>In the caller's transaction, which has entered the tenant.</summary>
    public static async Task WriteAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        (UserId Id, string Name) actor,
        (UserId? Id, string Name) subject,
        string what,
        string[] details,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            INSERT INTO member_log (tenant_id, at, actor_id, actor_name, subject_id, subject_name, what, details)
            VALUES ($1, now(), $2, $3, $4, $5, $6, $7)
            """,
            tenant.Value,
            actor.Id.Value,
            actor.Name,
            new NpgsqlParameter { Value = (object?)subject.Id?.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
            subject.Name,
            what,
            details
        );
        await command.ExecuteNonQueryAsync(ct);
    }
}
