using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class Csat : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "csat_settings",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    enabled = table.Column<bool>(type: "boolean", nullable: false),
                    question = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false),
                    thanks = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false),
                    answer_hours = table.Column<int>(type: "integer", nullable: false),
                    quiet_days = table.Column<int>(type: "integer", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_csat_settings", x => x.tenant_id);
                    table.ForeignKey(
                        name: "fk_csat_settings_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "surveys",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    episode_id = table.Column<Guid>(type: "uuid", nullable: false),
                    conversation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    instance_id = table.Column<Guid>(type: "uuid", nullable: false),
                    team_id = table.Column<Guid>(type: "uuid", nullable: true),
                    agent_id = table.Column<Guid>(type: "uuid", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    asked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    open_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    answered_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    score = table.Column<int>(type: "integer", nullable: true),
                    answer_id = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_surveys", x => x.id);
                    table.CheckConstraint("ck_surveys_score", "score BETWEEN 1 AND 5");
                    table.ForeignKey(
                        name: "fk_surveys_conversations_tenant_id_conversation_id",
                        columns: x => new { x.tenant_id, x.conversation_id },
                        principalTable: "conversations",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_surveys_instances_tenant_id_instance_id",
                        columns: x => new { x.tenant_id, x.instance_id },
                        principalTable: "instances",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_surveys_asked",
                table: "surveys",
                columns: new[] { "tenant_id", "asked_at" },
                filter: "asked_at IS NOT NULL")
                .Annotation("Npgsql:IndexInclude", new[] { "instance_id", "team_id", "agent_id", "score" });

            migrationBuilder.CreateIndex(
                name: "ix_surveys_due",
                table: "surveys",
                columns: new[] { "instance_id", "due_at" },
                filter: "due_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_surveys_tenant_id_conversation_id_asked_at",
                table: "surveys",
                columns: new[] { "tenant_id", "conversation_id", "asked_at" });

            migrationBuilder.CreateIndex(
                name: "ix_surveys_tenant_id_episode_id",
                table: "surveys",
                columns: new[] { "tenant_id", "episode_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_surveys_tenant_id_instance_id",
                table: "surveys",
                columns: new[] { "tenant_id", "instance_id" });

            TenantWall.Enable(migrationBuilder, "csat_settings", "surveys");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "csat_settings");

            migrationBuilder.DropTable(
                name: "surveys");
        }
    }
}
