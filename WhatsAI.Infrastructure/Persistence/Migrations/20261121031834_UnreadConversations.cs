using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class UnreadConversations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "ix_conversation_heads_unread",
                table: "conversation_heads",
                columns: new[] { "tenant_id", "kind", "status", "last_at", "conversation_id" },
                descending: new[] { false, false, false, true, true },
                filter: "unread > 0");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_conversation_heads_unread",
                table: "conversation_heads");
        }
    }
}
