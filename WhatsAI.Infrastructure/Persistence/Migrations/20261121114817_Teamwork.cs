using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class Teamwork : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropPrimaryKey(
                name: "pk_conversation_counts",
                table: "conversation_counts");

            migrationBuilder.AddColumn<bool>(
                name: "answer_takes",
                table: "tenants",
                type: "boolean",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<Guid>(
                name: "assignee_id",
                table: "conversation_heads",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "priority",
                table: "conversation_heads",
                type: "character varying(32)",
                maxLength: 32,
                nullable: false,
                defaultValue: "Normal");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "snoozed_until",
                table: "conversation_heads",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "team_id",
                table: "conversation_heads",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "waiting_since",
                table: "conversation_heads",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "assignee_id",
                table: "conversation_counts",
                type: "uuid",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"));

            migrationBuilder.AddColumn<Guid>(
                name: "team_id",
                table: "conversation_counts",
                type: "uuid",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"));

            migrationBuilder.AddPrimaryKey(
                name: "pk_conversation_counts",
                table: "conversation_counts",
                columns: new[] { "tenant_id", "instance_id", "kind", "status", "assignee_id", "team_id" });

            migrationBuilder.CreateTable(
                name: "agents",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    presence = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "Online"),
                    capacity = table.Column<int>(type: "integer", nullable: true),
                    last_given_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_agents", x => new { x.tenant_id, x.user_id });
                    table.ForeignKey(
                        name: "fk_agents_memberships_tenant_id_user_id",
                        columns: x => new { x.tenant_id, x.user_id },
                        principalTable: "memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "assignment_queue",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    conversation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    before = table.Column<Guid>(type: "uuid", nullable: true),
                    queued_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_assignment_queue", x => new { x.tenant_id, x.conversation_id });
                    table.ForeignKey(
                        name: "fk_assignment_queue_conversations_tenant_id_conversation_id",
                        columns: x => new { x.tenant_id, x.conversation_id },
                        principalTable: "conversations",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "teams",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    mode = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    hours = table.Column<string>(type: "jsonb", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_teams", x => x.id);
                    table.UniqueConstraint("ak_teams_tenant_id_id", x => new { x.tenant_id, x.id });
                    table.ForeignKey(
                        name: "fk_teams_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "routings",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    instance_id = table.Column<Guid>(type: "uuid", nullable: false),
                    team_id = table.Column<Guid>(type: "uuid", nullable: true),
                    mode = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_routings", x => new { x.tenant_id, x.instance_id });
                    table.ForeignKey(
                        name: "fk_routings_instances_tenant_id_instance_id",
                        columns: x => new { x.tenant_id, x.instance_id },
                        principalTable: "instances",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_routings_teams_tenant_id_team_id",
                        columns: x => new { x.tenant_id, x.team_id },
                        principalTable: "teams",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "team_members",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    team_id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_team_members", x => new { x.tenant_id, x.team_id, x.user_id });
                    table.ForeignKey(
                        name: "fk_team_members_memberships_tenant_id_user_id",
                        columns: x => new { x.tenant_id, x.user_id },
                        principalTable: "memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_team_members_teams_tenant_id_team_id",
                        columns: x => new { x.tenant_id, x.team_id },
                        principalTable: "teams",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_conversation_heads_of_assignee",
                table: "conversation_heads",
                columns: new[] { "tenant_id", "assignee_id", "kind", "status", "last_at", "conversation_id" },
                descending: new[] { false, false, false, false, true, true },
                filter: "assignee_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_conversation_heads_of_team",
                table: "conversation_heads",
                columns: new[] { "tenant_id", "team_id", "kind", "status", "last_at", "conversation_id" },
                descending: new[] { false, false, false, false, true, true },
                filter: "team_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_conversation_heads_unassigned",
                table: "conversation_heads",
                columns: new[] { "tenant_id", "kind", "status", "last_at", "conversation_id" },
                descending: new[] { false, false, false, true, true },
                filter: "assignee_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_assignment_queue_tenant_id_queued_at",
                table: "assignment_queue",
                columns: new[] { "tenant_id", "queued_at" });

            migrationBuilder.CreateIndex(
                name: "ix_routings_tenant_id_team_id",
                table: "routings",
                columns: new[] { "tenant_id", "team_id" });

            migrationBuilder.CreateIndex(
                name: "ix_team_members_tenant_id_user_id",
                table: "team_members",
                columns: new[] { "tenant_id", "user_id" });

            migrationBuilder.CreateIndex(
                name: "ix_teams_tenant_id_name",
                table: "teams",
                columns: new[] { "tenant_id", "name" },
                unique: true);

            TenantWall.Enable(migrationBuilder, "agents", "assignment_queue", "routings", "team_members", "teams");
            migrationBuilder.Sql(
                "INSERT INTO work_list (kind, instance_id, tenant_id, epoch) SELECT 'Assign', id, tenant_id, 0 FROM instances WHERE deleted_at IS NULL ON CONFLICT DO NOTHING;");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "agents");

            migrationBuilder.DropTable(
                name: "assignment_queue");

            migrationBuilder.DropTable(
                name: "routings");

            migrationBuilder.DropTable(
                name: "team_members");

            migrationBuilder.DropTable(
                name: "teams");

            migrationBuilder.DropIndex(
                name: "ix_conversation_heads_of_assignee",
                table: "conversation_heads");

            migrationBuilder.DropIndex(
                name: "ix_conversation_heads_of_team",
                table: "conversation_heads");

            migrationBuilder.DropIndex(
                name: "ix_conversation_heads_unassigned",
                table: "conversation_heads");

            migrationBuilder.Sql(
                """
                DELETE FROM work_list WHERE kind = 'Assign';
                CREATE TEMPORARY TABLE counts_before ON COMMIT DROP AS
                    SELECT tenant_id, instance_id, kind, status, sum(conversations)::int AS conversations, sum(unread)::int AS unread
                    FROM conversation_counts GROUP BY 1, 2, 3, 4;
                DELETE FROM conversation_counts;
                INSERT INTO conversation_counts (tenant_id, instance_id, kind, status, conversations, unread) SELECT * FROM counts_before;
                """);

            migrationBuilder.DropPrimaryKey(
                name: "pk_conversation_counts",
                table: "conversation_counts");

            migrationBuilder.DropColumn(
                name: "answer_takes",
                table: "tenants");

            migrationBuilder.DropColumn(
                name: "assignee_id",
                table: "conversation_heads");

            migrationBuilder.DropColumn(
                name: "priority",
                table: "conversation_heads");

            migrationBuilder.DropColumn(
                name: "snoozed_until",
                table: "conversation_heads");

            migrationBuilder.DropColumn(
                name: "team_id",
                table: "conversation_heads");

            migrationBuilder.DropColumn(
                name: "waiting_since",
                table: "conversation_heads");

            migrationBuilder.DropColumn(
                name: "assignee_id",
                table: "conversation_counts");

            migrationBuilder.DropColumn(
                name: "team_id",
                table: "conversation_counts");

            migrationBuilder.AddPrimaryKey(
                name: "pk_conversation_counts",
                table: "conversation_counts",
                columns: new[] { "tenant_id", "instance_id", "kind", "status" });
        }
    }
}
