using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class Watch : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "acks_counted_to",
                table: "watch_states",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "qr_watched_until",
                table: "watch_states",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "ack_ms",
                table: "instance_statuses",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "usual_ack_ms",
                table: "instance_statuses",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "webhook_lag_ms",
                table: "instance_statuses",
                type: "integer",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "failovers",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    pool_id = table.Column<Guid>(type: "uuid", nullable: false),
                    instance_id = table.Column<Guid>(type: "uuid", nullable: false),
                    plan = table.Column<string>(type: "jsonb", nullable: false),
                    key = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    verdict = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    cause = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    is_drill = table.Column<bool>(type: "boolean", nullable: false),
                    serves_id = table.Column<Guid>(type: "uuid", nullable: true),
                    promoted_id = table.Column<Guid>(type: "uuid", nullable: true),
                    signal_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    detected_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    promoted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    first_sent_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    conversations = table.Column<int>(type: "integer", nullable: false),
                    replies = table.Column<int>(type: "integer", nullable: false),
                    campaigns_held = table.Column<int>(type: "integer", nullable: false),
                    campaigns_go_on = table.Column<int>(type: "integer", nullable: false),
                    started_by = table.Column<Guid>(type: "uuid", nullable: true),
                    started_by_name = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended_by_name = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_failovers", x => x.id);
                    table.UniqueConstraint("ak_failovers_tenant_id_id", x => new { x.tenant_id, x.id });
                    table.ForeignKey(
                        name: "fk_failovers_instances_tenant_id_instance_id",
                        columns: x => new { x.tenant_id, x.instance_id },
                        principalTable: "instances",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "failover_conversations",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    failover_id = table.Column<Guid>(type: "uuid", nullable: false),
                    from_id = table.Column<Guid>(type: "uuid", nullable: false),
                    to_id = table.Column<Guid>(type: "uuid", nullable: false),
                    returned_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_failover_conversations", x => new { x.tenant_id, x.failover_id, x.from_id });
                    table.ForeignKey(
                        name: "fk_failover_conversations_conversations_tenant_id_from_id",
                        columns: x => new { x.tenant_id, x.from_id },
                        principalTable: "conversations",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_failover_conversations_conversations_tenant_id_to_id",
                        columns: x => new { x.tenant_id, x.to_id },
                        principalTable: "conversations",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_failover_conversations_failovers_tenant_id_failover_id",
                        columns: x => new { x.tenant_id, x.failover_id },
                        principalTable: "failovers",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_failover_conversations_tenant_id_from_id",
                table: "failover_conversations",
                columns: new[] { "tenant_id", "from_id" });

            migrationBuilder.CreateIndex(
                name: "ix_failover_conversations_tenant_id_to_id",
                table: "failover_conversations",
                columns: new[] { "tenant_id", "to_id" });

            migrationBuilder.CreateIndex(
                name: "ix_failovers_awaited",
                table: "failovers",
                column: "serves_id",
                filter: "first_sent_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_failovers_open",
                table: "failovers",
                columns: new[] { "tenant_id", "instance_id" },
                unique: true,
                filter: "finished_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_failovers_tenant_id_instance_id_detected_at",
                table: "failovers",
                columns: new[] { "tenant_id", "instance_id", "detected_at" });

            migrationBuilder.CreateIndex(
                name: "ix_failovers_tenant_id_pool_id_detected_at",
                table: "failovers",
                columns: new[] { "tenant_id", "pool_id", "detected_at" });

            TenantWall.Enable(migrationBuilder, "failovers", "failover_conversations");

            migrationBuilder.Sql(
                "INSERT INTO work_list (kind, instance_id, tenant_id, epoch) SELECT 'Watch', id, tenant_id, 0 FROM instances WHERE deleted_at IS NULL ON CONFLICT DO NOTHING;");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DELETE FROM work_list WHERE kind = 'Watch'");

            migrationBuilder.DropTable(
                name: "failover_conversations");

            migrationBuilder.DropTable(
                name: "failovers");

            migrationBuilder.DropColumn(
                name: "acks_counted_to",
                table: "watch_states");

            migrationBuilder.DropColumn(
                name: "qr_watched_until",
                table: "watch_states");

            migrationBuilder.DropColumn(
                name: "ack_ms",
                table: "instance_statuses");

            migrationBuilder.DropColumn(
                name: "usual_ack_ms",
                table: "instance_statuses");

            migrationBuilder.DropColumn(
                name: "webhook_lag_ms",
                table: "instance_statuses");
        }
    }
}
