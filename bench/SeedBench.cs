namespace WhatsAI.Bench;

/// <summary>How long the large inbox takes to make, and what it is.</summary>
internal static class SeedBench
{
    public const int Usual = 4_000_000;
    public const int Quick = 100_000;

    public static async Task RunAsync(BenchOptions options)
    {
        await using var world = await World.StartAsync();
        await MakeAsync(world, options, checksum: true);
    }

    public static Task<Seed> MakeAsync(World world, BenchOptions options, bool checksum = false) =>
        MakeAsync(world, options, options.Of("messages", Usual, Quick), checksum);

    public static async Task<Seed> MakeAsync(World world, BenchOptions options, int messages, bool checksum = false)
    {
        var number = options.Of("seed", 1, 1);
        var seed = new Seed(world, messages, number);
        var took = await seed.RunAsync();
        var table = new Table("Seeded inbox", "messages", "conversations", "database", "took", "seed", "checksum");
        table.Add(
            $"{await world.ScalarAsync<long>("SELECT count(*) FROM messages")}",
            $"{await world.ScalarAsync<long>("SELECT count(*) FROM conversation_heads")}",
            Table.Megabytes(await world.ScalarAsync<long>("SELECT pg_database_size('console')")),
            $"{took.TotalSeconds:0} s",
            $"{number}",
            checksum ? await seed.ChecksumAsync() : ""
        );
        table.Print();
        return seed;
    }
}
