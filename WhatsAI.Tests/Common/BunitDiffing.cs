using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace WhatsAI.Tests.Common;

/// <summary>bUnit asks for AngleSharp.Diffing 1.0.0.0; the feed has 0.17.0, whose API is the same for what bUnit calls.</summary>
internal static class BunitDiffing
{
    [ModuleInitializer]
    internal static void HandOutTheOlderOne() =>
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            name.Name == "AngleSharp.Diffing"
                ? context.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "AngleSharp.Diffing.dll"))
                : null;
}
