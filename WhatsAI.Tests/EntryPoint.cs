using WhatsAI.Tests.Persistence;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace WhatsAI.Tests;

/// <summary>What xUnit would generate, and before it the helper processes that tests start in order to kill them.</summary>
internal static class EntryPoint
{
    public static Task<int> Main(string[] args)
    {
        if (args is [ClusterHolder.Verb, var directory])
        {
            return ClusterHolder.RunAsync(directory);
        }

        return args.Any(a => a is "--server" or "--internal-msbuild-node")
            ? TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : ConsoleRunner.Run(args);
    }
}
