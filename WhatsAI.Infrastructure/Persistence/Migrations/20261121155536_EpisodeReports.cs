using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class EpisodeReports : Migration
    {
        private static readonly (string Name, string On)[] Indexes =
        [
            ("ix_episodes_opened", "episodes (tenant_id, opened_at) INCLUDE (instance_id, team_id, resolved_at) WHERE kind = 'Person'"),
            ("ix_episodes_answered", "episodes (tenant_id, first_reply_at) INCLUDE (instance_id, team_id, first_reply_by, asked_at) WHERE kind = 'Person' AND asked_at IS NOT NULL"),
            ("ix_episodes_resolved", "episodes (tenant_id, resolved_at) INCLUDE (instance_id, team_id, resolved_by, opened_at) WHERE kind = 'Person' AND resolved_at IS NOT NULL"),
            ("ix_episodes_open", "episodes (tenant_id, opened_at) INCLUDE (instance_id, team_id) WHERE kind = 'Person' AND resolved_at IS NULL"),
            ("ix_conversation_heads_waiting", "conversation_heads (tenant_id, waiting_since) INCLUDE (instance_id, assignee_id, team_id) WHERE kind = 'Person' AND status = 'Open' AND waiting_since IS NOT NULL"),
        ];

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Every step may be repeated: what is given up half way begins anew.
            migrationBuilder.Sql(
                """
                ALTER TABLE episodes
                    ADD COLUMN IF NOT EXISTS asked_at timestamptz, ADD COLUMN IF NOT EXISTS first_reply_by uuid, ADD COLUMN IF NOT EXISTS instance_id uuid,
                    ADD COLUMN IF NOT EXISTS kind character varying(32), ADD COLUMN IF NOT EXISTS team_id uuid;
                """
            );
            // Ten thousand at a time, each lot committed, so that no customer's message waits for the rest. Who answered first was not written down, nor when the
            // customer asked: for that, the opening is the nearest that is known.
            migrationBuilder.Sql(
                """
                DO $$
                DECLARE at uuid := '00000000-0000-0000-0000-000000000000'; upto uuid;
                BEGIN
                    LOOP
                        SELECT id INTO upto FROM (SELECT id FROM episodes WHERE id > at ORDER BY id LIMIT 10000) part ORDER BY id DESC LIMIT 1;
                        EXIT WHEN upto IS NULL;
                        UPDATE episodes e SET instance_id = c.instance_id, kind = c.kind, team_id = h.team_id,
                            asked_at = CASE WHEN e.first_reply_at > e.opened_at THEN e.opened_at END
                        FROM conversations c LEFT JOIN conversation_heads h ON h.tenant_id = c.tenant_id AND h.conversation_id = c.id
                        WHERE e.id > at AND e.id <= upto AND e.kind IS NULL AND c.tenant_id = e.tenant_id AND c.id = e.conversation_id;
                        at := upto;
                        COMMIT;
                    END LOOP;
                END $$
                """,
                suppressTransaction: true
            );
            foreach (var (name, on) in Indexes)
            {
                migrationBuilder.Sql($"DROP INDEX IF EXISTS {name}", suppressTransaction: true);
                migrationBuilder.Sql($"CREATE INDEX CONCURRENTLY {name} ON {on}", suppressTransaction: true);
            }

            migrationBuilder.Sql("VACUUM (ANALYZE) episodes", suppressTransaction: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_episodes_answered",
                table: "episodes");

            migrationBuilder.DropIndex(
                name: "ix_episodes_open",
                table: "episodes");

            migrationBuilder.DropIndex(
                name: "ix_episodes_opened",
                table: "episodes");

            migrationBuilder.DropIndex(
                name: "ix_episodes_resolved",
                table: "episodes");

            migrationBuilder.DropIndex(
                name: "ix_conversation_heads_waiting",
                table: "conversation_heads");

            migrationBuilder.DropColumn(
                name: "asked_at",
                table: "episodes");

            migrationBuilder.DropColumn(
                name: "first_reply_by",
                table: "episodes");

            migrationBuilder.DropColumn(
                name: "instance_id",
                table: "episodes");

            migrationBuilder.DropColumn(
                name: "kind",
                table: "episodes");

            migrationBuilder.DropColumn(
                name: "team_id",
                table: "episodes");
        }
    }
}
