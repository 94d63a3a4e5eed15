using Microsoft.EntityFrameworkCore;
using WhatsAI.Infrastructure.Instances;

namespace WhatsAI.Infrastructure.Messaging;

internal static class JournalMapping
{
    public static void Map(ModelBuilder builder)
    {
        builder.Entity<WebhookRoute>(route =>
        {
            route.ToTable("webhook_routes");
            route.HasKey(r => r.Route);
            route.HasIndex(r => r.InstanceId);
            route.Property(r => r.Route).HasMaxLength(64);
        });
        builder.Entity<JournalEntry>(entry =>
        {
            // No foreign keys: a webhook is stored whatever became of its number.
            entry.ToTable("journal");
            entry.HasKey(e => e.Id);
            entry
                .HasIndex(e => new
                {
                    e.TenantId,
                    e.InstanceId,
                    e.Id,
                })
                .IsDescending(false, false, true);
            entry.HasIndex(e => new { e.TenantId, e.Id }).HasDatabaseName("ix_journal_problem").HasFilter("problem IS NOT NULL");
            entry.Property(e => e.Event).HasMaxLength(60);
            entry.Property(e => e.Problem).HasMaxLength(60);
        });
        builder.Entity<JournalPending>(pending =>
        {
            pending.ToTable("journal_pending");
            pending.HasKey(p => p.JournalId);
            pending.Property(p => p.JournalId).ValueGeneratedNever();
            pending.HasIndex(p => new { p.InstanceId, p.JournalId });
        });
        builder.Entity<WorkItem>(work =>
        {
            work.ToTable("work_list");
            work.HasKey(w => new { w.Kind, w.InstanceId });
            work.HasIndex(w => new { w.Kind, w.DueAt }).HasFilter("due_at IS NOT NULL");
            work.Property(w => w.Kind).HasConversion<string>().HasMaxLength(16);
        });
        builder.Entity<WaitingReceipt>(receipt =>
        {
            receipt.ToTable("waiting_receipts");
            receipt.HasKey(r => new
            {
                r.TenantId,
                r.InstanceId,
                r.ProviderId,
            });
            receipt.Property(r => r.ProviderId).HasMaxLength(128);
            InstanceMapping.OfInstance(receipt, r => new { r.TenantId, r.InstanceId });
        });
        builder.Entity<WaitingChange>(change =>
        {
            change.ToTable("waiting_changes");
            change.HasKey(c => new
            {
                c.TenantId,
                c.InstanceId,
                c.ProviderId,
                c.Change,
            });
            change.Property(c => c.ProviderId).HasMaxLength(128);
            change.Property(c => c.Change).HasMaxLength(16);
            change.Property(c => c.Body).HasColumnType("jsonb");
            change.Property(c => c.Source).HasColumnType("jsonb");
            InstanceMapping.OfInstance(change, c => new { c.TenantId, c.InstanceId });
        });
        builder.Entity<HeldEcho>(echo =>
        {
            echo.ToTable("held_echoes");
            echo.HasKey(e => new
            {
                e.TenantId,
                e.InstanceId,
                e.ProviderId,
            });
            echo.Property(e => e.ProviderId).HasMaxLength(128);
            InstanceMapping.OfInstance(echo, e => new { e.TenantId, e.InstanceId });
        });
        builder.Entity<ReadReceiptDue>(receipt =>
        {
            receipt.ToTable("read_receipts_due");
            receipt.HasKey(r => r.MessageId);
            receipt.HasIndex(r => new
            {
                r.TenantId,
                r.InstanceId,
                r.DueAt,
            });
            InstanceMapping.OfInstance(receipt, r => new { r.TenantId, r.InstanceId });
        });
    }
}
