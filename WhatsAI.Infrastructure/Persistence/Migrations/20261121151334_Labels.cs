using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class Labels : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "labels",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    folded_name = table.Column<string>(type: "character varying(720)", maxLength: 720, nullable: false),
                    colour = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_labels", x => x.id);
                    table.UniqueConstraint("ak_labels_tenant_id_id", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("ck_labels_colour", "colour BETWEEN 1 AND 8");
                    table.ForeignKey(
                        name: "fk_labels_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "conversation_labels",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    conversation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    label_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_conversation_labels", x => new { x.tenant_id, x.conversation_id, x.label_id });
                    table.ForeignKey(
                        name: "fk_conversation_labels_conversations_tenant_id_conversation_id",
                        columns: x => new { x.tenant_id, x.conversation_id },
                        principalTable: "conversations",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_conversation_labels_labels_tenant_id_label_id",
                        columns: x => new { x.tenant_id, x.label_id },
                        principalTable: "labels",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_conversation_heads_priority",
                table: "conversation_heads",
                columns: new[] { "tenant_id", "priority", "kind", "status", "last_at", "conversation_id" },
                descending: new[] { false, false, false, false, true, true },
                filter: "priority <> 'Normal'");

            migrationBuilder.CreateIndex(
                name: "ix_conversation_labels_tenant_id_label_id_conversation_id",
                table: "conversation_labels",
                columns: new[] { "tenant_id", "label_id", "conversation_id" });

            migrationBuilder.CreateIndex(
                name: "ix_labels_tenant_id_folded_name",
                table: "labels",
                columns: new[] { "tenant_id", "folded_name" },
                unique: true);
            TenantWall.Enable(migrationBuilder, "labels", "conversation_labels");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "conversation_labels");

            migrationBuilder.DropTable(
                name: "labels");

            migrationBuilder.DropIndex(
                name: "ix_conversation_heads_priority",
                table: "conversation_heads");
        }
    }
}
