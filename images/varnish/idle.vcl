# What the image runs when nobody mounts a VCL over it: it proves that varnishd starts and can compile.
vcl 4.1;

backend default none;

sub vcl_recv {
    return (synth(503, "No site is configured"));
}
