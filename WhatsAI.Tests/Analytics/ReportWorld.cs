using WhatsAI.Core.Analytics;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Analytics;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Analytics;

/// <summary>A company whose episodes a test writes by hand; times are minutes after <see cref="Start"/>.</summary>
internal sealed class ReportWorld(MessagingWorld number)
{
    public static readonly DateTimeOffset Start = new(2026, 11, 2, 3, 0, 0, TimeSpan.Zero);

    public MessagingWorld Number { get; } = number;

    /// <summary>The day from <see cref="Start"/>, and the day before it.</summary>
    public static ReportQuery Day(ReportBy by = ReportBy.Agent, InstanceId? number = null, TeamId? team = null, UserId? agent = null) =>
        new(new ReportSpan(Start, Start.AddDays(1)), new ReportSpan(Start.AddDays(-1), Start), by, number, team, agent);

    public static async Task<ReportWorld> CreateAsync(ReportWorld? beside = null) =>
        new(await MessagingWorld.CreateAsync(beside?.Number.Tenant));

    public static UserId NewUser() => Id.New<UserId>(DateTimeOffset.UtcNow);

    /// <param name="opened">When it was opened.</param>
    /// <param name="waited">For how long the customer waited for the first answer; null: there is none.</param>
    /// <param name="resolved">How long after its opening.</param>
    /// <param name="by">Who did both.</param>
    /// <param name="team">Whose it was.</param>
    /// <param name="kind">Person or Group.</param>
    /// <param name="asked">False: we spoke first.</param>
    public async Task EpisodeAsync(
        double opened,
        double? waited = null,
        double? resolved = null,
        UserId? by = null,
        TeamId? team = null,
        string kind = "Person",
        bool asked = true
    )
    {
        await Number.RunAsync(
            """
            WITH p AS (INSERT INTO contacts (id, tenant_id, created_at) VALUES ($3, $1, now()) RETURNING 1),
                c AS (INSERT INTO conversations (id, tenant_id, instance_id, kind, contact_id, created_at) SELECT $4, $1, $2, 'Person', $3, now() FROM p RETURNING 1)
            INSERT INTO episodes (id, tenant_id, conversation_id, opened_at, instance_id, kind, asked_at, first_reply_at, first_reply_by, resolved_at, resolved_by, team_id)
            SELECT $5, $1, $4, $6, $2, $7, $8, $9, $10, $11, $10, $12 FROM c
            """,
            Number.Instance.Value,
            Guid.CreateVersion7(),
            Guid.CreateVersion7(),
            Guid.CreateVersion7(),
            Start.AddMinutes(opened),
            kind,
            Time(waited is not null && asked ? opened : null),
            Time(waited is { } w ? opened + w : null),
            Uuid(by?.Value),
            Time(resolved is { } r ? opened + r : null),
            Uuid(team?.Value)
        );
    }

    public ReportQueries As(Role role = Role.Manager, params InstanceId[]? numbers)
    {
        var member = new CurrentMember(new CurrentTenant());
        member.Enter(Number.Tenant, NewUser(), new MemberAccess(role, numbers is { Length: > 0 } ? [.. numbers] : null), "Ana");
        return new ReportQueries(Number.Database, member, TimeProvider.System);
    }

    private static Npgsql.NpgsqlParameter Time(double? minutes) =>
        new() { Value = minutes is { } m ? Start.AddMinutes(m) : DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz };

    private static Npgsql.NpgsqlParameter Uuid(Guid? value) =>
        new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid };
}
