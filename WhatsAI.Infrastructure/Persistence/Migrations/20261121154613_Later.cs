using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class Later : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "scheduled_messages",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    conversation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    instance_id = table.Column<Guid>(type: "uuid", nullable: false),
                    author_id = table.Column<Guid>(type: "uuid", nullable: false),
                    text = table.Column<string>(type: "text", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    zone = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    cancels_on_reply = table.Column<bool>(type: "boolean", nullable: false),
                    state = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    reason = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_scheduled_messages", x => x.id);
                    table.ForeignKey(
                        name: "fk_scheduled_messages_conversations_tenant_id_conversation_id",
                        columns: x => new { x.tenant_id, x.conversation_id },
                        principalTable: "conversations",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_scheduled_messages_instances_tenant_id_instance_id",
                        columns: x => new { x.tenant_id, x.instance_id },
                        principalTable: "instances",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_conversation_heads_snoozed",
                table: "conversation_heads",
                columns: new[] { "instance_id", "snoozed_until" },
                filter: "status = 'Snoozed' AND snoozed_until IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_scheduled_messages_due",
                table: "scheduled_messages",
                columns: new[] { "instance_id", "due_at" },
                filter: "state = 'Scheduled'");

            migrationBuilder.CreateIndex(
                name: "ix_scheduled_messages_tenant_id_conversation_id_due_at",
                table: "scheduled_messages",
                columns: new[] { "tenant_id", "conversation_id", "due_at" });

            migrationBuilder.CreateIndex(
                name: "ix_scheduled_messages_tenant_id_instance_id",
                table: "scheduled_messages",
                columns: new[] { "tenant_id", "instance_id" });

            TenantWall.Enable(migrationBuilder, "scheduled_messages");
            migrationBuilder.Sql(
                "INSERT INTO work_list (kind, instance_id, tenant_id, epoch) SELECT 'Later', id, tenant_id, 0 FROM instances WHERE deleted_at IS NULL ON CONFLICT DO NOTHING;");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DELETE FROM work_list WHERE kind = 'Later';");

            migrationBuilder.DropTable(
                name: "scheduled_messages");

            migrationBuilder.DropIndex(
                name: "ix_conversation_heads_snoozed",
                table: "conversation_heads");
        }
    }
}
