using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class ScheduledFiles : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "file",
                table: "scheduled_messages",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "media_id",
                table: "scheduled_messages",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_scheduled_messages_tenant_id_media_id",
                table: "scheduled_messages",
                columns: new[] { "tenant_id", "media_id" });

            migrationBuilder.AddForeignKey(
                name: "fk_scheduled_messages_media_files_tenant_id_media_id",
                table: "scheduled_messages",
                columns: new[] { "tenant_id", "media_id" },
                principalTable: "media_files",
                principalColumns: new[] { "tenant_id", "id" },
                onDelete: ReferentialAction.Restrict);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_scheduled_messages_media_files_tenant_id_media_id",
                table: "scheduled_messages");

            migrationBuilder.DropIndex(
                name: "ix_scheduled_messages_tenant_id_media_id",
                table: "scheduled_messages");

            migrationBuilder.DropColumn(
                name: "file",
                table: "scheduled_messages");

            migrationBuilder.DropColumn(
                name: "media_id",
                table: "scheduled_messages");
        }
    }
}
