using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Inbox.Notifying;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Notifying;

/// <summary>What a member chooses of his notifications.</summary>
/// <param name="Quiet">Null: no quiet hours.</param>
/// <param name="Zone">Of the quiet hours; IANA.</param>
public sealed record NotifyingForm(
    NotifyingRules Shows,
    NotifyingRules Sounds,
    bool ShowsText,
    IReadOnlyList<QuietSpan>? Quiet,
    string Zone,
    bool MentionsPass
);

/// <summary>The present member's own choice of notifications; nobody chooses for another.</summary>
public sealed class NotifyingActions(NpgsqlDataSource database, CurrentMember member, EventHub hub)
{
    public async Task<NotifyingSettings> ReadAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsRead);
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        var listeners = await NewsSql.ListenersAsync(scope.Connection, member.TenantId, [member.UserId], ct);
        return listeners.GetValueOrDefault(member.UserId)?.Settings ?? NotifyingSettings.Default(member.TenantId, member.UserId);
    }

    /// <summary>All of it at once; of two windows the last one counts.</summary>
    /// <exception cref="Core.Common.RuleException">The member may not read conversations, or the quiet hours are none.</exception>
    public async Task SaveAsync(NotifyingForm form, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsRead);
        var quiet = form.Quiet is null ? null : new QuietHours(form.Quiet, form.Zone);
        await using (var transaction = await database.BeginAsync(member.TenantId, ct))
        {
            await using var command = transaction.Connection.Sql(
                """
                INSERT INTO notifying_settings (tenant_id, user_id, shows, sounds, shows_text, quiet, mentions_pass) VALUES ($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT (tenant_id, user_id) DO UPDATE SET shows = excluded.shows, sounds = excluded.sounds, shows_text = excluded.shows_text,
                    quiet = excluded.quiet, mentions_pass = excluded.mentions_pass
                """,
                member.TenantId.Value,
                member.UserId.Value,
                (form.Shows & NotifyingRules.All).ToString(),
                (form.Sounds & NotifyingRules.All).ToString(),
                form.ShowsText,
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Jsonb, Value = (object?)QuietJson.Write(quiet) ?? DBNull.Value },
                form.MentionsPass
            );
            await command.ExecuteNonQueryAsync(ct);
            await transaction.CommitAsync(ct);
        }

        hub.Publish(new NotifyingChanged(member.TenantId, member.UserId));
    }
}
