using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Macros;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Macros;

internal static class MacroMapping
{
    // A place has exactly what names it, so that no row is seen by nobody.
    private const string Whole = """
        CASE scope
            WHEN 'Personal' THEN owner_id IS NOT NULL AND team_id IS NULL
            WHEN 'Team' THEN team_id IS NOT NULL AND owner_id IS NULL
            ELSE owner_id IS NULL AND team_id IS NULL
        END
        """;

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        AllowOutOfOrderMetadataProperties = true,
        Converters = { new JsonStringEnumConverter() },
    };

    public static void Map(ModelBuilder builder) =>
        builder.Entity<Macro>(macro =>
        {
            macro.ToTable("macros", table => table.HasCheckConstraint("ck_macros_place", Whole));
            macro.HasKey(m => m.Id);
            macro
                .HasIndex(m => new
                {
                    m.TenantId,
                    m.Scope,
                    m.OwnerId,
                    m.TeamId,
                    m.FoldedName,
                })
                .IsUnique()
                .AreNullsDistinct(false);
            macro.Property(m => m.Name).HasMaxLength(Macro.MaxNameLength);
            // A character may be taken apart into several.
            macro.Property(m => m.FoldedName).HasMaxLength(Macro.MaxNameLength * 18);
            macro.Property(m => m.Folder).HasMaxLength(CannedResponse.MaxFolderLength);
            macro
                .Property(m => m.Steps)
                .HasColumnType("jsonb")
                .HasConversion(
                    steps => Write(steps),
                    json => Read(json),
                    // Steps are written anew as a whole, never changed in place.
                    new ValueComparer<IReadOnlyList<MacroStep>>((a, b) => Same(a, b), steps => steps.Count, steps => steps)
                );
            macro.Property(m => m.Version).IsRowVersion();
            macro.HasOne<Tenant>().WithMany().HasForeignKey(m => m.TenantId).OnDelete(DeleteBehavior.Cascade);
            macro
                .HasOne<Membership>()
                .WithMany()
                .HasForeignKey(m => new { m.TenantId, m.OwnerId })
                .HasPrincipalKey(m => new { m.TenantId, m.UserId })
                .OnDelete(DeleteBehavior.Cascade);
            macro
                .HasOne<Team>()
                .WithMany()
                .HasForeignKey(m => new { m.TenantId, m.TeamId })
                .HasPrincipalKey(t => new { t.TenantId, t.Id })
                .OnDelete(DeleteBehavior.Cascade);
        });

    private static string Write(IReadOnlyList<MacroStep> steps) => JsonSerializer.Serialize(steps, _json);

    private static IReadOnlyList<MacroStep> Read(string json) => JsonSerializer.Deserialize<MacroStep[]>(json, _json) ?? [];

    private static bool Same(IReadOnlyList<MacroStep>? a, IReadOnlyList<MacroStep>? b) => (a ?? []).SequenceEqual(b ?? []);
}
