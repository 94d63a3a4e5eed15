using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class Gaps : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "recovered_at",
                table: "messages",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "gap_id",
                table: "journal",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "console_pulse",
                columns: table => new
                {
                    id = table.Column<short>(type: "smallint", nullable: false),
                    beat_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_console_pulse", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "gaps",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    instance_id = table.Column<Guid>(type: "uuid", nullable: false),
                    cause = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    state = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    starts_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ends_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    read_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    found = table.Column<int>(type: "integer", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    failure = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_gaps", x => x.id);
                    table.UniqueConstraint("ak_gaps_tenant_id_id", x => new { x.tenant_id, x.id });
                    table.ForeignKey(
                        name: "fk_gaps_instances_tenant_id_instance_id",
                        columns: x => new { x.tenant_id, x.instance_id },
                        principalTable: "instances",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "gap_conversations",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    gap_id = table.Column<Guid>(type: "uuid", nullable: false),
                    conversation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    recovered = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_gap_conversations", x => new { x.tenant_id, x.gap_id, x.conversation_id });
                    table.ForeignKey(
                        name: "fk_gap_conversations_conversations_tenant_id_conversation_id",
                        columns: x => new { x.tenant_id, x.conversation_id },
                        principalTable: "conversations",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_gap_conversations_gaps_tenant_id_gap_id",
                        columns: x => new { x.tenant_id, x.gap_id },
                        principalTable: "gaps",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_gap_conversations_tenant_id_conversation_id",
                table: "gap_conversations",
                columns: new[] { "tenant_id", "conversation_id" });

            migrationBuilder.CreateIndex(
                name: "ix_gaps_of_instance",
                table: "gaps",
                columns: new[] { "tenant_id", "instance_id", "created_at" },
                descending: new[] { false, false, true });

            migrationBuilder.CreateIndex(
                name: "ix_gaps_one_of_a_kind",
                table: "gaps",
                columns: new[] { "instance_id", "state" },
                unique: true,
                filter: "state IN ('Waiting', 'Open')");

            migrationBuilder.CreateIndex(
                name: "ix_gaps_unfinished",
                table: "gaps",
                columns: new[] { "instance_id", "due_at" },
                filter: "state IN ('Open', 'Filling')");

            TenantWall.Enable(migrationBuilder, "gaps", "gap_conversations");

            // What there already is gets its place in the work list; and the time the console is stopped for this upgrade is a gap like any other.
            migrationBuilder.Sql(
                """
                INSERT INTO work_list (kind, instance_id, tenant_id, epoch)
                SELECT 'Gap', instance_id, tenant_id, 0 FROM work_list WHERE kind = 'Inbound' ON CONFLICT DO NOTHING;
                INSERT INTO console_pulse (id, beat_at) SELECT 1, coalesce(max(last_event_at), now()) FROM instance_statuses;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DELETE FROM work_list WHERE kind = 'Gap'");

            migrationBuilder.DropTable(
                name: "console_pulse");

            migrationBuilder.DropTable(
                name: "gap_conversations");

            migrationBuilder.DropTable(
                name: "gaps");

            migrationBuilder.DropColumn(
                name: "recovered_at",
                table: "messages");

            migrationBuilder.DropColumn(
                name: "gap_id",
                table: "journal");
        }
    }
}
