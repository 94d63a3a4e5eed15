using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <summary>Made beside the work, so outside a transaction; every step may be done again.</summary>
    public partial class SlaIndexes : Migration
    {
        private static readonly (string Name, string On)[] Indexes =
        [
            ("ix_episodes_answered", "episodes (tenant_id, first_reply_at) INCLUDE (instance_id, team_id, first_reply_by, asked_at, first_due_at) WHERE kind = 'Person' AND asked_at IS NOT NULL"),
            ("ix_episodes_resolved", "episodes (tenant_id, resolved_at) INCLUDE (instance_id, team_id, resolved_by, opened_at, resolve_due_at, first_reply_at, first_due_at) WHERE kind = 'Person' AND resolved_at IS NOT NULL"),
            ("ix_conversation_heads_lapse", "conversation_heads (tenant_id, kind, status, lapse_at, conversation_id) WHERE lapse_at IS NOT NULL"),
            ("ix_conversation_heads_lapse_of_instance", "conversation_heads (instance_id, kind, status, lapse_at, conversation_id) WHERE lapse_at IS NOT NULL"),
            ("ix_conversation_heads_lapse_unassigned", "conversation_heads (tenant_id, kind, status, lapse_at, conversation_id) WHERE lapse_at IS NOT NULL AND assignee_id IS NULL"),
            ("ix_conversation_heads_lapse_of_assignee", "conversation_heads (tenant_id, assignee_id, kind, status, lapse_at, conversation_id) WHERE lapse_at IS NOT NULL AND assignee_id IS NOT NULL"),
            ("ix_conversation_heads_lapse_of_team", "conversation_heads (tenant_id, team_id, kind, status, lapse_at, conversation_id) WHERE lapse_at IS NOT NULL AND team_id IS NOT NULL"),
            ("ix_conversation_heads_alert", "conversation_heads (instance_id, alert_at) WHERE alert_at IS NOT NULL"),
        ];

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            foreach (var (name, on) in Indexes)
            {
                migrationBuilder.Sql($"DROP INDEX IF EXISTS {name}", suppressTransaction: true);
                migrationBuilder.Sql($"CREATE INDEX CONCURRENTLY {name} ON {on}", suppressTransaction: true);
            }
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            foreach (var (name, _) in Indexes[2..])
            {
                migrationBuilder.Sql($"DROP INDEX {name}");
            }

            migrationBuilder.Sql("DROP INDEX ix_episodes_answered");
            migrationBuilder.Sql("DROP INDEX ix_episodes_resolved");
            migrationBuilder.Sql("CREATE INDEX ix_episodes_answered ON episodes (tenant_id, first_reply_at) INCLUDE (instance_id, team_id, first_reply_by, asked_at) WHERE kind = 'Person' AND asked_at IS NOT NULL");
            migrationBuilder.Sql("CREATE INDEX ix_episodes_resolved ON episodes (tenant_id, resolved_at) INCLUDE (instance_id, team_id, resolved_by, opened_at) WHERE kind = 'Person' AND resolved_at IS NOT NULL");
        }
    }
}
